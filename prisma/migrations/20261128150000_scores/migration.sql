-- CreateTable
CREATE TABLE "score" (
    "id" TEXT NOT NULL,
    "agent" TEXT,
    "agents" TEXT[],
    "trace_id" TEXT,
    "span_id" TEXT,
    "response_id" TEXT,
    "conversation_id" TEXT,
    "name" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "label" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,
    "look_at" TIMESTAMPTZ(3) NOT NULL,
    "run_trace_id" TEXT,
    "run_span_id" TEXT,
    "joined_at" TIMESTAMPTZ(3),

    CONSTRAINT "score_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_response" (
    "response_id" TEXT NOT NULL,
    "trace_id" TEXT NOT NULL,
    "span_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "model_response_pkey" PRIMARY KEY ("response_id","trace_id","span_id")
);

-- CreateIndex
CREATE INDEX "score_joined_at_look_at_idx" ON "score"("joined_at", "look_at");

-- CreateIndex
CREATE INDEX "score_run_trace_id_run_span_id_name_idx" ON "score"("run_trace_id", "run_span_id", "name");

-- CreateIndex
CREATE INDEX "score_received_at_idx" ON "score"("received_at");

-- CreateIndex
CREATE INDEX "model_response_received_at_idx" ON "model_response"("received_at");

-- CreateIndex
CREATE INDEX "run_conversation_id_started_at_idx" ON "run"("conversation_id", "started_at");
