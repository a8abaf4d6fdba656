CREATE TABLE "edge_note" (
    "instance" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "edge_note_pkey" PRIMARY KEY ("instance","kind","agent")
);

CREATE INDEX "edge_note_last_at_idx" ON "edge_note"("last_at");
