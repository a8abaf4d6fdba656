-- Roles become grants: a role, for one agent or all, by somebody, at a time. What people have now they keep, for all.
CREATE TABLE "role_grant" (
    "person_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "given_by" TEXT NOT NULL,
    "given_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "role_grant_pkey" PRIMARY KEY ("person_id","role","agent","source")
);

ALTER TABLE "role_grant" ADD CONSTRAINT "role_grant_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

INSERT INTO "role_grant" ("person_id", "role", "agent", "source", "given_by", "given_at")
SELECT "id", unnest("roles"), '*', 'panel', 'Switchback', "created_at" FROM "person"
ON CONFLICT DO NOTHING;

ALTER TABLE "person" DROP COLUMN "roles",
    ALTER COLUMN "password_hash" DROP NOT NULL,
    ADD COLUMN "oidc_issuer" TEXT,
    ADD COLUMN "oidc_subject" TEXT;

CREATE UNIQUE INDEX "person_oidc_issuer_oidc_subject_key" ON "person"("oidc_issuer", "oidc_subject");

-- Open sessions were all opened with a password, when they were made.
ALTER TABLE "session" ADD COLUMN "signed_in_at" TIMESTAMPTZ(3),
    ADD COLUMN "method" TEXT,
    ADD COLUMN "browser" TEXT,
    ADD COLUMN "address" TEXT;
UPDATE "session" SET "signed_in_at" = "created_at", "method" = 'password';
ALTER TABLE "session" ALTER COLUMN "signed_in_at" SET NOT NULL,
    ALTER COLUMN "method" SET NOT NULL;

ALTER TABLE "sign_in_link" ADD COLUMN "person_id" TEXT;

ALTER TABLE "api_token" ADD COLUMN "replaced_by_id" TEXT;

CREATE TABLE "rate_limit" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "expire" BIGINT,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
);
