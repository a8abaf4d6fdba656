ALTER TABLE "delivery" ADD COLUMN "route_id" TEXT;

CREATE TABLE "alert_route" (
    "id" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "use" TEXT NOT NULL,
    "messenger" TEXT NOT NULL,
    "channel" TEXT,
    "mention" TEXT,
    "url" TEXT,
    "secret_number" INTEGER NOT NULL DEFAULT 1,
    "overlap_ends_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" JSONB NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_route_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "alert_route_severity" CHECK ("severity" IN ('info', 'warning', 'critical')),
    CONSTRAINT "alert_route_use" CHECK ("use" IN ('always', 'after_failures')),
    CONSTRAINT "alert_route_whole" CHECK (
        ("messenger" = 'slack' AND "channel" IS NOT NULL AND "url" IS NULL)
        OR ("messenger" = 'webhook' AND "url" IS NOT NULL AND "channel" IS NULL AND "mention" IS NULL))
);
