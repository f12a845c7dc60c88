-- Exposed schemas that no caller may look into: everything in them is refused.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	format('schema %I', n.nspname) as object,
	'The roles of callers have no USAGE on it: whatever is asked of its tables is refused.' as message,
	format('grant usage on schema %I to apprun_user;', n.nspname) as fix
from given
join pg_namespace n on n.nspname = any (given.schemas)
where not exists (
	select from pg_roles r
	where r.rolname in ('apprun_user', 'apprun_anonymous') and has_schema_privilege(r.oid, n.oid, 'usage')
)
order by n.nspname
