-- AlterTable
ALTER TABLE "rollout" ADD COLUMN     "doubtful_runs" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "lacks" TEXT,
ADD COLUMN     "went_on" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "rollout" RENAME COLUMN "costly_above" TO "costlier_above";

-- AlterTable
ALTER TABLE "run" ADD COLUMN     "turn" INTEGER,
ADD COLUMN     "unit_began_at" TIMESTAMPTZ(3);

-- What voted was the first run of its conversation.
UPDATE "run" SET "turn" = 0, "unit_began_at" = "started_at" WHERE "voted";
ALTER TABLE "run" DROP COLUMN "voted";

-- CreateTable
CREATE TABLE "unit" (
    "agent" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "began_at" TIMESTAMPTZ(3) NOT NULL,
    "runs" INTEGER NOT NULL,
    "bad" TEXT[],
    "moved" BOOLEAN NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "unit_pkey" PRIMARY KEY ("agent","unit")
);

-- CreateTable
CREATE TABLE "period" (
    "rollout_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "weight_bp" INTEGER NOT NULL,
    "rev" BIGINT NOT NULL,
    "ordered_at" TIMESTAMPTZ(3) NOT NULL,
    "in_force_at" TIMESTAMPTZ(3),
    "first_runs" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "period_pkey" PRIMARY KEY ("rollout_id","number")
);

-- CreateTable
CREATE TABLE "observation" (
    "id" BIGSERIAL NOT NULL,
    "rollout_id" TEXT NOT NULL,
    "use" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "turn" INTEGER NOT NULL,
    "unit_began_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "trace_id" TEXT NOT NULL,
    "span_id" TEXT NOT NULL,
    "went_wrong" BOOLEAN NOT NULL,
    "said" JSONB NOT NULL,

    CONSTRAINT "observation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "arrival" (
    "id" BIGSERIAL NOT NULL,
    "rollout_id" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "runs" INTEGER NOT NULL,

    CONSTRAINT "arrival_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "unit_seen_at_idx" ON "unit"("seen_at");

-- CreateIndex
CREATE INDEX "observation_rollout_id_use_started_at_idx" ON "observation"("rollout_id", "use", "started_at");

-- CreateIndex
CREATE INDEX "observation_trace_id_span_id_idx" ON "observation"("trace_id", "span_id");

-- CreateIndex
CREATE INDEX "arrival_rollout_id_idx" ON "arrival"("rollout_id");

-- Conversations that are known go on being known: one that two versions served says nothing more.
INSERT INTO "unit" ("agent", "unit", "version", "began_at", "runs", "bad", "moved", "seen_at")
SELECT "agent", "conversation_id", min("version"), min("at"), 1, '{}', count(*) > 1, max("at")
FROM "conversation_vote" GROUP BY "agent", "conversation_id";
DROP TABLE "conversation_vote";

-- Votes that no check had counted are not carried over: the evidence of a live rollout begins again, in a period of its own.
DROP TABLE "evidence";
INSERT INTO "period" ("rollout_id", "number", "weight_bp", "rev", "ordered_at", "in_force_at")
SELECT "id", 0, "weight_bp", 0, now(), now() FROM "rollout"
WHERE "live_key" IS NOT NULL OR "rollback_window_ends_at" > now() OR "recovery" = 'verifying';
