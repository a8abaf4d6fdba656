-- AlterTable
ALTER TABLE "person" ADD COLUMN     "slack_user_id" TEXT;

-- CreateTable
CREATE TABLE "slack_ask" (
    "key" TEXT NOT NULL,
    "approval_id" TEXT,
    "rollout_id" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "slack_ask_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "slack_button" (
    "id" TEXT NOT NULL,
    "ask_key" TEXT NOT NULL,
    "verb" TEXT NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "slack_button_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "slack_press" (
    "id" TEXT NOT NULL,
    "once_key" TEXT NOT NULL,
    "button_id" TEXT NOT NULL,
    "slack_user_id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "message_ts" TEXT NOT NULL,
    "reason" TEXT,
    "pressed_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "said" TEXT,
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "slack_press_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "slack_ask_closed_at_idx" ON "slack_ask"("closed_at");

-- CreateIndex
CREATE INDEX "slack_button_ask_key_idx" ON "slack_button"("ask_key");

-- CreateIndex
CREATE UNIQUE INDEX "slack_press_once_key_key" ON "slack_press"("once_key");

-- CreateIndex
CREATE INDEX "slack_press_told_at_idx" ON "slack_press"("told_at");

-- CreateIndex
CREATE UNIQUE INDEX "person_slack_user_id_key" ON "person"("slack_user_id");

-- AddForeignKey
ALTER TABLE "slack_button" ADD CONSTRAINT "slack_button_ask_key_fkey" FOREIGN KEY ("ask_key") REFERENCES "slack_ask"("key") ON DELETE RESTRICT ON UPDATE CASCADE;
