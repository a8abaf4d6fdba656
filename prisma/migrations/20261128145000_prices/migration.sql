-- Runs that were counted before prices were known say nothing of which price they lacked.
ALTER TABLE "run" ADD COLUMN "unpriced" JSONB NOT NULL DEFAULT '[]';

CREATE TABLE "model_price" (
    "id" TEXT NOT NULL,
    "provider" TEXT,
    "model" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3),
    "input_usd_per_million" DOUBLE PRECISION NOT NULL,
    "cached_input_usd_per_million" DOUBLE PRECISION,
    "output_usd_per_million" DOUBLE PRECISION NOT NULL,
    "reasoning_usd_per_million" DOUBLE PRECISION,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" JSONB NOT NULL,

    CONSTRAINT "model_price_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "model_price_span" CHECK ("until_at" > "from_at"),
    -- NaN is above every number to PostgreSQL, and so refused too.
    CONSTRAINT "model_price_usd" CHECK (
        "input_usd_per_million" BETWEEN 0 AND 100000
        AND "output_usd_per_million" BETWEEN 0 AND 100000
        AND coalesce("cached_input_usd_per_million", 0) BETWEEN 0 AND 100000
        AND coalesce("reasoning_usd_per_million", 0) BETWEEN 0 AND 100000)
);

CREATE TABLE "setting" (
    "name" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_by" JSONB NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("name")
);
