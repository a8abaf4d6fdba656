CREATE TABLE "incident_review" (
    "id" TEXT NOT NULL,
    "incident_id" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "what_happened" TEXT NOT NULL,
    "what_changes" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "by_id" TEXT NOT NULL,
    "by" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "incident_review_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "incident_review_incident_id_at_idx" ON "incident_review"("incident_id", "at" DESC);

CREATE TABLE "incident_note" (
    "id" TEXT NOT NULL,
    "incident_id" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "by" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "incident_note_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "incident_note_incident_id_at_idx" ON "incident_note"("incident_id", "at");

CREATE TABLE "side_effect" (
    "incident_id" TEXT NOT NULL,
    "trace_id" TEXT NOT NULL,
    "span_id" TEXT NOT NULL,
    "tool" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "note" TEXT,
    "by" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "side_effect_pkey" PRIMARY KEY ("incident_id","trace_id","span_id","tool")
);

-- Who registered a version: the author of a release does not approve its unlocking.
ALTER TABLE "version" ADD COLUMN "created_by_id" TEXT;
