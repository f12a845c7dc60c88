-- Callers' roles that row level security does not hold for, or that own what is exposed. `apprun migrate` makes them plain.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'error' as severity,
	format('role %I', role) as object,
	reason as message,
	fix
from (
	select
		r.rolname as role,
		'Row level security does not hold for this role, and PostgREST can become it.' as reason,
		format('alter role %I nosuperuser nobypassrls;', r.rolname) as fix
	from pg_roles r
	where r.rolname in ('apprun_authenticator', 'apprun_anonymous', 'apprun_user') and (r.rolsuper or r.rolbypassrls)
	union all
	select
		r.rolname,
		format('It is a member of %I, which row level security does not hold for.', powerful.rolname),
		format('revoke %I from %I;', powerful.rolname, r.rolname)
	from pg_roles r
	join pg_auth_members m on m.member = r.oid
	join pg_roles powerful on powerful.oid = m.roleid and (powerful.rolsuper or powerful.rolbypassrls)
	where r.rolname in ('apprun_authenticator', 'apprun_anonymous', 'apprun_user')
		and powerful.rolname not in ('apprun_anonymous', 'apprun_user')
	union all
	select
		r.rolname,
		format('It owns %I.%I and can change or drop its row level security.', n.nspname, c.relname),
		format('alter table %I.%I owner to %I;', n.nspname, c.relname, current_user)
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
	join pg_roles r on r.oid = c.relowner
	where r.rolname in ('apprun_authenticator', 'apprun_anonymous', 'apprun_user')
) as powerful
order by role, message
