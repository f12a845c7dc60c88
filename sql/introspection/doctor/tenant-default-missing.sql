-- Tenant columns that must have a value and get none: no input names the tenant, so every new row is refused.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	name as object,
	format('%I has no default, and no input names the tenant: creating a row fails, unless a trigger fills it.', tenant_column) as message,
	format('alter table %s alter column %I set default apprun.tenant_id()%s;', name, tenant_column, cast_) as fix
from (
	select
		format('%I.%I', n.nspname, c.relname) as name,
		given.tenant_column,
		case when a.atttypid <> 'uuid'::regtype then '::text' else '' end as cast_
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid
	join pg_attribute a on a.attrelid = c.oid and a.attname = given.tenant_column and not a.attisdropped
	where c.relkind in ('r', 'p') and not c.relispartition and a.attnotnull and not a.atthasdef
		and not exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgtype & 6 = 6)
		and exists (
			select from pg_roles r
			where r.rolname in ('apprun_user', 'apprun_anonymous') and has_any_column_privilege(r.oid, c.oid, 'insert')
		)
) as unfilled
order by name
