-- A filtered page of a million entries is read along one index, whatever it is filtered by.
DROP INDEX "audit_entry_at_idx";
CREATE INDEX "audit_entry_at_position_idx" ON "audit_entry"("at", "position");
CREATE INDEX "audit_entry_incident_id_position_idx" ON "audit_entry"("incident_id", "position");
CREATE INDEX "audit_entry_action_position_idx" ON "audit_entry"("action", "position");
CREATE INDEX "audit_entry_reason_position_idx" ON "audit_entry"("reason", "position");
CREATE INDEX "audit_entry_outcome_position_idx" ON "audit_entry"("outcome", "position");
CREATE INDEX "audit_entry_actor_id_position_idx" ON "audit_entry"("actor_id", "position");
CREATE INDEX "audit_entry_actor_kind_position_idx" ON "audit_entry"("actor_kind", "position");
CREATE INDEX "audit_entry_agent_action_position_idx" ON "audit_entry"("agent", "action", "position");
CREATE INDEX "audit_entry_agent_reason_position_idx" ON "audit_entry"("agent", "reason", "position");
CREATE INDEX "audit_entry_agent_outcome_position_idx" ON "audit_entry"("agent", "outcome", "position");
CREATE INDEX "audit_entry_agent_actor_id_position_idx" ON "audit_entry"("agent", "actor_id", "position");
