-- Kill switches that ask before they end, and what the instances report.
ALTER TABLE "routing_head" ADD COLUMN "lease_ms" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "capability_state" ADD COLUMN "acks" JSONB,
ADD COLUMN "expiry_asked_at" TIMESTAMPTZ(3),
ADD COLUMN "until" TIMESTAMPTZ(3);
ALTER TABLE "rollout" ADD COLUMN "switch_acks" JSONB;

CREATE TABLE "instance" (
    "source" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "agents" TEXT[],
    "host" TEXT,
    "pid" INTEGER,
    "sdk_version" TEXT,
    "mode" TEXT NOT NULL,
    "epoch" BIGINT NOT NULL,
    "rev" BIGINT NOT NULL,
    "applied_at" TIMESTAMPTZ(3),
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "heard_at" TIMESTAMPTZ(3) NOT NULL,
    "inflight" JSONB NOT NULL,
    "nack" JSONB,
    "lease_ms" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "instance_pkey" PRIMARY KEY ("source","id")
);
CREATE INDEX "instance_heard_at_idx" ON "instance"("heard_at");

CREATE TABLE "instance_ack" (
    "epoch" BIGINT NOT NULL,
    "rev" BIGINT NOT NULL,
    "source" TEXT NOT NULL,
    "instance" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "instance_ack_pkey" PRIMARY KEY ("epoch","rev","source","instance")
);
CREATE INDEX "instance_ack_at_idx" ON "instance_ack"("at");
