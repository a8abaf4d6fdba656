-- Signed statements of how far the record had come, and the times in which no guard judged anything.
CREATE TABLE "audit_checkpoint" (
    "number" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "position" BIGINT NOT NULL,
    "body" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,

    CONSTRAINT "audit_checkpoint_pkey" PRIMARY KEY ("number")
);

CREATE TABLE "guard_silence" (
    "id" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "noticed_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "open_key" TEXT,

    CONSTRAINT "guard_silence_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "guard_silence_open_key_key" ON "guard_silence"("open_key");
