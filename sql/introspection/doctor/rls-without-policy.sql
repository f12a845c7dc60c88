-- Exposed tables with row level security, granted to callers, that no policy opens for any of them.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	name as object,
	'Row level security is on and no policy is for callers: they see no row, although they are granted the table.' as message,
	case
		when tenant_column is null then format('-- Say who may see rows. For rows that all may read: create policy readable on %s for select to apprun_user using (true);', name)
		else format(
			E'create policy own_tenant on %1$s for all to apprun_user\n\tusing (%2$I = (select apprun.tenant_id()))\n\twith check (%2$I = (select apprun.tenant_id()));',
			name, tenant_column
		)
	end as fix
from (
	select
		format('%I.%I', n.nspname, c.relname) as name,
		a.attname as tenant_column
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid
	left join pg_attribute a on a.attrelid = c.oid and a.attname = given.tenant_column and not a.attisdropped
	where c.relkind in ('r', 'p') and c.relrowsecurity
		and exists (
			select from pg_roles r
			where r.rolname in ('apprun_user', 'apprun_anonymous') and has_table_privilege(r.oid, c.oid, 'select')
		)
		and not exists (
			select from pg_policy p
			where p.polrelid = c.oid and p.polpermissive
				and (p.polroles = '{0}' or exists (
					select from pg_roles r
					where r.rolname in ('apprun_user', 'apprun_anonymous') and r.oid = any (p.polroles)
				))
		)
) as closed
order by name
