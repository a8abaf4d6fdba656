-- AlterTable
ALTER TABLE "run" ADD COLUMN     "amended_at" TIMESTAMPTZ(3),
ADD COLUMN     "attributes" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "cached_input_tokens" INTEGER,
ADD COLUMN     "cancelled" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "cost_estimated" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "cost_uncached_usd" DOUBLE PRECISION,
ADD COLUMN     "folded_into" TEXT,
ADD COLUMN     "inside_of" JSONB,
ADD COLUMN     "model" TEXT,
ADD COLUMN     "parent_missing" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "reasoning_tokens" INTEGER,
ADD COLUMN     "retry_of" TEXT,
ADD COLUMN     "sub_agent_cost_usd" DOUBLE PRECISION,
ADD COLUMN     "unit" TEXT;

-- CreateTable
CREATE TABLE "span_batch" (
    "id" BIGSERIAL NOT NULL,
    "trace_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "span_count" INTEGER NOT NULL,
    "bare" BOOLEAN NOT NULL,
    "spans" TEXT NOT NULL,

    CONSTRAINT "span_batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pending_trace" (
    "trace_id" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "rest_until" TIMESTAMPTZ(3),

    CONSTRAINT "pending_trace_pkey" PRIMARY KEY ("trace_id")
);

-- CreateIndex
CREATE INDEX "span_batch_trace_id_idx" ON "span_batch"("trace_id");

-- CreateIndex
CREATE INDEX "span_batch_received_at_idx" ON "span_batch"("received_at");

-- CreateIndex
CREATE INDEX "run_agent_received_at_idx" ON "run"("agent", "received_at");

-- CreateIndex
CREATE INDEX "pending_trace_due_at_idx" ON "pending_trace"("due_at");

-- What waited for its run waits on: the reader takes whole parts as well.
INSERT INTO "span_batch" ("trace_id", "received_at", "span_count", "bare", "spans")
SELECT "trace_id", min("received_at"), count(*)::int, false, jsonb_agg("part" - 'traceId')::text
FROM "span_part" GROUP BY "trace_id";

INSERT INTO "pending_trace" ("trace_id", "due_at")
SELECT DISTINCT "trace_id", now() FROM "span_part";

-- DropTable
DROP TABLE "span_part";
