-- Policies of tenant tables that let callers at rows without asking for the tenant.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	case when condition = 'true' or checks = 'true' then 'error' else 'warning' end as severity,
	format('policy %I on %s', policy, name) as object,
	format('It does not look at %I: a caller may %s rows of every tenant.', tenant_column, deed) as message,
	format('alter policy %I on %s', policy, name)
		|| case when reads then format(' using ((%s) and %I = (select apprun.tenant_id()))', condition, tenant_column) else '' end
		|| case when writes then format(' with check ((%s) and %I = (select apprun.tenant_id()))', checks, tenant_column) else '' end
		|| ';' as fix
from (
	select *, case when reads and writes then 'read and write' when reads then 'reach' else 'write' end as deed
	from (
		select
			p.polname as policy, format('%I.%I', n.nspname, c.relname) as name, given.tenant_column, condition, checks,
			condition !~ format('\m%s\M', given.tenant_column) as reads,
			checks !~ format('\m%s\M', given.tenant_column) as writes
		from given
		join pg_namespace n on n.nspname = any (given.schemas)
		join pg_class c on c.relnamespace = n.oid
		join pg_attribute a on a.attrelid = c.oid and a.attname = given.tenant_column and not a.attisdropped
		join pg_policy p on p.polrelid = c.oid
		cross join pg_get_expr(p.polqual, p.polrelid) as condition
		cross join pg_get_expr(p.polwithcheck, p.polrelid) as checks
		where p.polpermissive
			and (p.polroles = '{0}' or exists (
				select from pg_roles r
				where r.rolname in ('apprun_user', 'apprun_anonymous') and r.oid = any (p.polroles)
			))
	) as policies
) as open
where reads or writes
order by name, policy
