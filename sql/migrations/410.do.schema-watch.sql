-- What the event triggers of sql/roles/event-triggers.sql call: tells whoever listens on PostgREST's channel (apprun and
-- PostgREST) to read the catalog again. One message a transaction, since Postgres drops equal ones. What is temporary,
-- apprun's own or Kratos' concerns neither of them.

create function apprun.tell_schema_change() returns event_trigger
	language plpgsql set search_path = ''
as $$
begin
	if exists (
		select from pg_catalog.pg_event_trigger_ddl_commands() as command
		-- A grant names no schema.
		where command.schema_name is null or command.schema_name not in ('pg_temp', 'apprun', 'kratos')
	) then
		perform pg_catalog.pg_notify('pgrst', 'reload schema');
	end if;
end
$$;
comment on function apprun.tell_schema_change() is 'Called after DDL: says that the schema has to be read again.';

create function apprun.tell_schema_drop() returns event_trigger
	language plpgsql set search_path = ''
as $$
begin
	if exists (
		select from pg_catalog.pg_event_trigger_dropped_objects() as dropped
		where not dropped.is_temporary
			and (dropped.schema_name is null or dropped.schema_name not in ('apprun', 'kratos'))
			and dropped.object_type in (
				'schema', 'table', 'foreign table', 'view', 'materialized view', 'table column', 'table constraint', 'type',
				'function', 'extension', 'policy'
			)
	) then
		perform pg_catalog.pg_notify('pgrst', 'reload schema');
	end if;
end
$$;
comment on function apprun.tell_schema_drop() is 'Called after a drop: says that the schema has to be read again.';
