CREATE TABLE "approval" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "rollout_id" TEXT,
    "incident_id" TEXT,
    "title" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "seen" JSONB NOT NULL,
    "seen_digest" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "asked_by_id" TEXT NOT NULL,
    "asked_by" JSONB NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL,
    "mode" TEXT,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by_id" TEXT,
    "ended_by" JSONB,
    "ended_because" TEXT,
    "waiting_key" TEXT,

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "approval_waiting_key_key" ON "approval"("waiting_key");
CREATE INDEX "approval_agent_asked_at_idx" ON "approval"("agent", "asked_at" DESC);
CREATE INDEX "approval_rollout_id_idx" ON "approval"("rollout_id");
CREATE INDEX "approval_incident_id_idx" ON "approval"("incident_id");

-- Whoever asked never approves, whatever the application believes.
ALTER TABLE "approval"
    ADD CONSTRAINT "approval_status_known" CHECK ("status" IN ('waiting', 'approved', 'rejected', 'cancelled', 'expired', 'lapsed')),
    ADD CONSTRAINT "approval_mode_told" CHECK (("status" = 'approved') = ("mode" IS NOT NULL)),
    ADD CONSTRAINT "approval_second_person" CHECK (
      "mode" IS DISTINCT FROM 'second_person' OR ("ended_by_id" IS NOT NULL AND "ended_by_id" <> "asked_by_id"));
