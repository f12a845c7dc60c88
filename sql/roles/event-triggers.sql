-- Tells apprun and PostgREST of every change of tables, views, types, functions and rights, at its commit. Needs a
-- superuser (or what a hosted Postgres has in its place), so it is installed where that is possible. Runs after the
-- migrations, every time, because a restored dump may have lost it.

do $triggers$
begin
	if not exists (select from pg_event_trigger where evtname = 'apprun_schema_changed') then
		create event trigger apprun_schema_changed on ddl_command_end
			when tag in (
				'ALTER AGGREGATE', 'ALTER DOMAIN', 'ALTER FOREIGN TABLE', 'ALTER FUNCTION', 'ALTER MATERIALIZED VIEW',
				'ALTER POLICY', 'ALTER PROCEDURE', 'ALTER ROUTINE', 'ALTER SCHEMA', 'ALTER TABLE', 'ALTER TYPE', 'ALTER VIEW',
				'COMMENT',
				'CREATE DOMAIN', 'CREATE EXTENSION', 'CREATE FOREIGN TABLE', 'CREATE FUNCTION', 'CREATE MATERIALIZED VIEW',
				'CREATE POLICY', 'CREATE SCHEMA', 'CREATE TABLE', 'CREATE TABLE AS', 'CREATE TYPE', 'CREATE VIEW',
				'GRANT', 'IMPORT FOREIGN SCHEMA', 'REVOKE', 'SELECT INTO'
			)
			execute function apprun.tell_schema_change();
	end if;
	if not exists (select from pg_event_trigger where evtname = 'apprun_schema_dropped') then
		create event trigger apprun_schema_dropped on sql_drop execute function apprun.tell_schema_drop();
	end if;
end
$triggers$;
