-- Nothing tells apprun and PostgREST of a change of tables.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	'database' as object,
	'The event triggers of `apprun migrate` are not there: a change of tables shows only when somebody says so.' as message,
	E'-- As a superuser: npm run -s apprun -- migrate\n-- Or at the end of each migration:\nnotify pgrst, ''reload schema'';' as fix
from given
-- Before the first migrate there is more to say than this.
where to_regprocedure('apprun.tell_schema_change()') is not null
	and not exists (select from pg_event_trigger t where t.evtname = 'apprun_schema_changed' and t.evtenabled <> 'D')
