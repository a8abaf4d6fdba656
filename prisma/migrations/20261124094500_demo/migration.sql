-- CreateTable
CREATE TABLE "demo" (
    "id" TEXT NOT NULL,
    "wanted" BOOLEAN NOT NULL,
    "number" INTEGER NOT NULL,
    "faults" TEXT[],
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_by" JSONB NOT NULL,

    CONSTRAINT "demo_pkey" PRIMARY KEY ("id")
);
