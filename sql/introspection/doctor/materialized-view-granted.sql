-- Materialized views that callers may read: they hold the rows of all tenants, and cannot have row level security.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	case when has_tenant then 'error' else 'warning' end as severity,
	name as object,
	case
		when has_tenant then 'Callers may read it, and a materialized view cannot have row level security: every tenant sees the rows of all.'
		else 'Callers may read it, and a materialized view cannot have row level security: be sure that its rows are for everybody.'
	end as message,
	format('revoke all on %s from public, apprun_user, apprun_anonymous;', name)
		|| E'\n-- Give callers a function (SECURITY DEFINER, fixed search_path) that returns the rows of apprun.tenant_id() instead.' as fix
from (
	select
		format('%I.%I', n.nspname, c.relname) as name,
		exists (
			select from pg_attribute a
			where a.attrelid = c.oid and a.attname = given.tenant_column and not a.attisdropped
		) as has_tenant
	from given
	cross join pg_class c
	join pg_namespace n on n.oid = c.relnamespace
	where c.relkind = 'm'
		and exists (
			select from pg_roles r
			where r.rolname in ('apprun_user', 'apprun_anonymous')
				and has_any_column_privilege(r.oid, c.oid, 'select')
				and (n.nspname = any (given.schemas) or has_schema_privilege(r.oid, n.oid, 'usage'))
		)
) as open
order by name
