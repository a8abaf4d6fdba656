-- The policy that an agent's next rollout is measured against, and who made each.
ALTER TABLE "agent" ADD COLUMN "live_policy" INTEGER;
UPDATE "agent" SET "live_policy" = (SELECT max("number") FROM "policy_version" WHERE "policy_version"."agent" = "agent"."name");
ALTER TABLE "policy_version" ADD COLUMN "created_by_id" TEXT;
