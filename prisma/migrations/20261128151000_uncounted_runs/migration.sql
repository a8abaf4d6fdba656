-- CreateTable
CREATE TABLE "uncounted_run" (
    "agent" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "uncounted_run_pkey" PRIMARY KEY ("agent","cause","detail","minute")
);

-- CreateIndex
CREATE INDEX "uncounted_run_minute_idx" ON "uncounted_run"("minute");
