-- SECURITY DEFINER functions that callers may run, or that are exposed, whose names mean what the caller's search_path says.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'error' as severity,
	name as object,
	'It runs with the rights of its owner and resolves names by the search_path of its caller.' as message,
	format('alter %s %s set search_path = pg_catalog, %I, pg_temp;', kind, name, schema) as fix
from (
	select
		format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as name,
		case p.prokind when 'p' then 'procedure' else 'function' end as kind,
		n.nspname as schema
	from given
	cross join pg_proc p
	join pg_namespace n on n.oid = p.pronamespace
	where p.prosecdef
		and p.prokind in ('f', 'p', 'w')
		and n.nspname not in ('pg_catalog', 'information_schema')
		and not exists (select from unnest(p.proconfig) as setting where setting like 'search\_path=%')
		and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
		and (n.nspname = any (given.schemas) or exists (
			select from pg_roles r
			where r.rolname in ('apprun_user', 'apprun_anonymous') and has_function_privilege(r.oid, p.oid, 'execute')
		))
) as loose
order by name
