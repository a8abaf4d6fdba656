-- CreateTable
CREATE TABLE "person" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "roles" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_link" (
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_link_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "api_token" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "agents" TEXT[],
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agent" (
    "name" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "alert_channel" TEXT,
    "stable_version" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "agent_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "version" (
    "agent" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "manifest" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "attested_at" TIMESTAMPTZ(3),
    "attested_by" TEXT,

    CONSTRAINT "version_pkey" PRIMARY KEY ("agent","name")
);

-- CreateTable
CREATE TABLE "lock" (
    "id" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "version_name" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "incident_id" TEXT,
    "session_mode" TEXT NOT NULL,
    "since_rev" BIGINT NOT NULL,
    "locked_at" TIMESTAMPTZ(3) NOT NULL,
    "locked_by" TEXT NOT NULL,
    "released_at" TIMESTAMPTZ(3),
    "released_by" TEXT,
    "release_reason" TEXT,
    "holds_key" TEXT,

    CONSTRAINT "lock_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_version" (
    "agent" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "policy" JSONB NOT NULL,
    "document" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,

    CONSTRAINT "policy_version_pkey" PRIMARY KEY ("agent","number")
);

-- CreateTable
CREATE TABLE "rollout" (
    "id" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    "stable" TEXT NOT NULL,
    "candidate" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "stage_index" INTEGER NOT NULL,
    "stage_entered_at" TIMESTAMPTZ(3) NOT NULL,
    "weight_bp" INTEGER NOT NULL,
    "policy_number" INTEGER NOT NULL,
    "salt" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "started_by" JSONB NOT NULL,
    "paused_at" TIMESTAMPTZ(3),
    "approval_asked_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "rolled_back_at" TIMESTAMPTZ(3),
    "rollback_window_ends_at" TIMESTAMPTZ(3),
    "live_key" TEXT,
    "evidence" JSONB NOT NULL,
    "evidence_since" TIMESTAMPTZ(3) NOT NULL,
    "check_count" INTEGER NOT NULL DEFAULT 0,
    "checked_at" TIMESTAMPTZ(3),
    "slow_above" INTEGER,
    "costly_above" INTEGER,
    "decision_id" TEXT,
    "switch_status" TEXT,
    "switch_rev" BIGINT,
    "switch_requested_at" TIMESTAMPTZ(3),
    "switch_applied_at" TIMESTAMPTZ(3),
    "switch_verified_at" TIMESTAMPTZ(3),
    "recovery" TEXT,
    "incident_id" TEXT,
    "suppressed" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "rollout_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "decision" (
    "id" TEXT NOT NULL,
    "rollout_id" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "policy_number" INTEGER NOT NULL,
    "stage" TEXT NOT NULL,
    "weight_bp" INTEGER NOT NULL,
    "check_counts" JSONB NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "because" TEXT NOT NULL,
    "decision" JSONB NOT NULL,
    "evidence" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "incident" (
    "id" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    "rollout_id" TEXT NOT NULL,
    "decision_id" TEXT,
    "reason" TEXT NOT NULL,
    "from_version" TEXT NOT NULL,
    "to_version" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "actor" JSONB NOT NULL,
    "note" TEXT,
    "snapshot" JSONB NOT NULL,
    "detected_at" TIMESTAMPTZ(3),
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "applied_at" TIMESTAMPTZ(3),
    "measured_at" TIMESTAMPTZ(3),
    "recovery" TEXT NOT NULL,
    "recovery_because" TEXT,
    "recovery_facts" JSONB,
    "recovery_until" TIMESTAMPTZ(3) NOT NULL,
    "recovery_ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "incident_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "routing_head" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "epoch" BIGINT NOT NULL,
    "rev" BIGINT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "routing_head_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "capability_state" (
    "agent" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "on_unknown" TEXT NOT NULL,
    "since_rev" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "set_by" JSONB NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,
    "incident_id" TEXT,

    CONSTRAINT "capability_state_pkey" PRIMARY KEY ("agent","name")
);

-- CreateTable
CREATE TABLE "heartbeat" (
    "kind" TEXT NOT NULL,
    "instance" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "facts" JSONB NOT NULL,

    CONSTRAINT "heartbeat_pkey" PRIMARY KEY ("kind","instance")
);

-- CreateTable
CREATE TABLE "span_part" (
    "trace_id" TEXT NOT NULL,
    "span_id" TEXT NOT NULL,
    "is_run" BOOLEAN NOT NULL,
    "part" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "span_part_pkey" PRIMARY KEY ("trace_id","span_id")
);

-- CreateTable
CREATE TABLE "run" (
    "trace_id" TEXT NOT NULL,
    "span_id" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "rung" TEXT NOT NULL,
    "conversation_id" TEXT,
    "user_hash" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "latency_ms" DOUBLE PRECISION NOT NULL,
    "failed" BOOLEAN NOT NULL,
    "error_type" TEXT,
    "tool_calls" INTEGER NOT NULL,
    "tool_failures" INTEGER NOT NULL,
    "tools" JSONB NOT NULL,
    "input_tokens" INTEGER NOT NULL,
    "output_tokens" INTEGER NOT NULL,
    "cost_usd" DOUBLE PRECISION,
    "voted" BOOLEAN NOT NULL,

    CONSTRAINT "run_pkey" PRIMARY KEY ("trace_id","span_id")
);

-- CreateTable
CREATE TABLE "conversation_vote" (
    "agent" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "conversation_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "conversation_vote_pkey" PRIMARY KEY ("agent","version","conversation_id")
);

-- CreateTable
CREATE TABLE "bucket" (
    "agent" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "writer" TEXT NOT NULL,
    "tally" JSONB NOT NULL,

    CONSTRAINT "bucket_pkey" PRIMARY KEY ("agent","version","start_at","writer")
);

-- CreateTable
CREATE TABLE "evidence" (
    "id" BIGSERIAL NOT NULL,
    "agent" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "tally" JSONB NOT NULL,
    "first_bad_at" TIMESTAMPTZ(3),
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "evidence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "position" BIGSERIAL NOT NULL,
    "chain" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "action" TEXT NOT NULL,
    "agent" TEXT,
    "rollout_id" TEXT,
    "incident_id" TEXT,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "outcome" TEXT,
    "reason" TEXT,
    "body" TEXT NOT NULL,
    "prev_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("chain","seq")
);

-- CreateTable
CREATE TABLE "audit_chain" (
    "chain" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_chain_pkey" PRIMARY KEY ("chain")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" TEXT NOT NULL,
    "once_key" TEXT NOT NULL,
    "incident_id" TEXT,
    "kind" TEXT NOT NULL,
    "channel" TEXT,
    "facts" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "claimed_until" TIMESTAMPTZ(3),
    "in_doubt_since" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "handle" JSONB,

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency" (
    "actor_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "input" TEXT NOT NULL,
    "answer" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_pkey" PRIMARY KEY ("actor_id","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "person_email_key" ON "person"("email");

-- CreateIndex
CREATE INDEX "session_person_id_idx" ON "session"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_hash_key" ON "api_token"("hash");

-- CreateIndex
CREATE INDEX "version_agent_digest_idx" ON "version"("agent", "digest");

-- CreateIndex
CREATE UNIQUE INDEX "lock_holds_key_key" ON "lock"("holds_key");

-- CreateIndex
CREATE INDEX "lock_agent_idx" ON "lock"("agent");

-- CreateIndex
CREATE UNIQUE INDEX "policy_version_agent_digest_key" ON "policy_version"("agent", "digest");

-- CreateIndex
CREATE UNIQUE INDEX "rollout_live_key_key" ON "rollout"("live_key");

-- CreateIndex
CREATE INDEX "rollout_agent_started_at_idx" ON "rollout"("agent", "started_at" DESC);

-- CreateIndex
CREATE INDEX "decision_rollout_id_at_idx" ON "decision"("rollout_id", "at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "decision_rollout_id_number_key" ON "decision"("rollout_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "incident_rollout_id_key" ON "incident"("rollout_id");

-- CreateIndex
CREATE INDEX "incident_agent_opened_at_idx" ON "incident"("agent", "opened_at" DESC);

-- CreateIndex
CREATE INDEX "span_part_is_run_received_at_idx" ON "span_part"("is_run", "received_at");

-- CreateIndex
CREATE INDEX "run_agent_version_received_at_idx" ON "run"("agent", "version", "received_at");

-- CreateIndex
CREATE INDEX "run_received_at_idx" ON "run"("received_at");

-- CreateIndex
CREATE INDEX "conversation_vote_at_idx" ON "conversation_vote"("at");

-- CreateIndex
CREATE INDEX "evidence_agent_version_idx" ON "evidence"("agent", "version");

-- CreateIndex
CREATE UNIQUE INDEX "audit_entry_position_key" ON "audit_entry"("position");

-- CreateIndex
CREATE INDEX "audit_entry_rollout_id_position_idx" ON "audit_entry"("rollout_id", "position");

-- CreateIndex
CREATE INDEX "audit_entry_agent_position_idx" ON "audit_entry"("agent", "position");

-- CreateIndex
CREATE INDEX "audit_entry_at_idx" ON "audit_entry"("at");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_once_key_key" ON "delivery"("once_key");

-- CreateIndex
CREATE INDEX "delivery_incident_id_idx" ON "delivery"("incident_id");

-- CreateIndex
CREATE INDEX "idempotency_at_idx" ON "idempotency"("at");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
