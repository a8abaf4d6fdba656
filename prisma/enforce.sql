-- What the database itself enforces. Run by the owner after every migration; safe to repeat. It is beside the migrations
-- because Prisma's engine takes a script apart at every semicolon, also inside a function.
-- The application connects as the owner and takes this role on each connection (lib/store/database.ts).
DO $$ BEGIN
  CREATE ROLE switchback_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT switchback_app TO CURRENT_USER;

GRANT USAGE ON SCHEMA public TO switchback_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO switchback_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO switchback_app;

-- The record can be added to and read. Nothing else.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry FROM switchback_app;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_checkpoint FROM switchback_app;
-- A kill switch that was ever engaged stays in the table: without its row, instances would read an allow nobody ordered.
REVOKE DELETE, TRUNCATE ON capability_state FROM switchback_app;
REVOKE ALL ON _prisma_migrations FROM switchback_app;
GRANT SELECT ON _prisma_migrations TO switchback_app;

-- A job enqueued inside the transaction that causes it. graphile-worker's own tables stay the owner's.
-- One job a key: `keep_due` leaves an earlier due time as it is, so that a steady stream cannot put a job off for ever.
CREATE OR REPLACE FUNCTION switchback_enqueue(
  task text, payload json, once_key text, due_at timestamptz, keep_due boolean)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT graphile_worker.add_job(
    task, payload => payload, job_key => once_key, run_at => due_at, max_attempts => 1000,
    job_key_mode => CASE WHEN keep_due THEN 'preserve_run_at' ELSE 'replace' END);
$$;
REVOKE ALL ON FUNCTION switchback_enqueue(text, json, text, timestamptz, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION switchback_enqueue(text, json, text, timestamptz, boolean) TO switchback_app;

-- The record can only grow. The application's role lacks the right to change it; this refuses everyone else too, the
-- owner included, for as long as the trigger stands.
CREATE OR REPLACE FUNCTION switchback_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit record is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE OR REPLACE TRIGGER audit_entry_append_only
  BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION switchback_append_only();
CREATE OR REPLACE TRIGGER audit_entry_no_truncate
  BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION switchback_append_only();
CREATE OR REPLACE TRIGGER audit_checkpoint_append_only
  BEFORE UPDATE OR DELETE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION switchback_append_only();
CREATE OR REPLACE TRIGGER audit_checkpoint_no_truncate
  BEFORE TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION switchback_append_only();

-- Alone is only who is alone: nobody else who may approve here has ever signed in. The roles that may approve are those
-- of lib/domain/actor.ts with approval.decide; a test compares the two.
CREATE OR REPLACE FUNCTION switchback_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.mode = 'single_operator' AND EXISTS (
    SELECT 1 FROM person p
    JOIN role_grant g ON g.person_id = p.id AND g.role IN ('approver', 'administrator') AND g.agent IN ('*', NEW.agent)
    WHERE p.id <> NEW.asked_by_id AND p.disabled_at IS NULL
      AND EXISTS (SELECT 1 FROM session s WHERE s.person_id = p.id))
  THEN
    RAISE EXCEPTION 'There is a second person who may approve' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER approval_alone BEFORE INSERT OR UPDATE ON "approval" FOR EACH ROW EXECUTE FUNCTION switchback_alone();
