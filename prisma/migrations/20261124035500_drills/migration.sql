-- AlterTable
ALTER TABLE "agent" ADD COLUMN     "drill_at_minute" INTEGER,
ADD COLUMN     "drill_every_days" INTEGER,
ADD COLUMN     "drill_set_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "drill" (
    "id" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    "running_key" TEXT,
    "status" TEXT NOT NULL,
    "because" TEXT,
    "policy_number" INTEGER NOT NULL,
    "rehearsed" JSONB NOT NULL,
    "rev" BIGINT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "started_by" JSONB NOT NULL,
    "in_force_at" TIMESTAMPTZ(3),
    "edges" JSONB,
    "acks" JSONB,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "drill_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "drill_running_key_key" ON "drill"("running_key");

-- CreateIndex
CREATE INDEX "drill_agent_started_at_idx" ON "drill"("agent", "started_at" DESC);
