-- Exposed tables without row level security. Foreign tables cannot have it: they may only be granted to nobody.
with given as (select $1::text[] as schemas, $2::text as tenant_column),
exposed as (
	select
		c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) as name,
		(
			select format('%I = (select apprun.tenant_id()%s)', a.attname, case when a.atttypid <> 'uuid'::regtype then '::text' else '' end)
			from pg_attribute a
			where a.attrelid = c.oid and a.attname = given.tenant_column and not a.attisdropped
		) as own_tenant
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid
	where c.relkind in ('r', 'p', 'f') and not c.relrowsecurity
		and (c.relkind <> 'f' and not c.relispartition or exists (
			select from pg_roles r
			where r.rolname in ('apprun_user', 'apprun_anonymous') and has_table_privilege(r.oid, c.oid, 'select')
		))
)
select
	'error' as severity,
	name as object,
	case
		when relkind = 'f' then 'A foreign table cannot have row level security, and callers may read it: every tenant sees all rows.'
		else 'Row level security is off: a caller with a grant sees and writes the rows of every tenant.'
	end as message,
	case
		when relkind = 'f' then format('revoke all on %s from public, apprun_user, apprun_anonymous;', name)
		else format('alter table %s enable row level security;', name)
			|| format(E'\nalter table %s force row level security;', name)
			|| case
				when own_tenant is not null then
					format(E'\ncreate policy own_tenant on %s for all to apprun_user\n\tusing (%2$s)\n\twith check (%2$s);', name, own_tenant)
				else E'\n-- Without a tenant column nobody sees a row until a policy says who does. For rows that all may read:\n'
					|| format('create policy readable on %s for select to apprun_user using (true);', name)
			end
	end as fix
from exposed
order by name
