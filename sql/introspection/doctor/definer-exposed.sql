-- SECURITY DEFINER functions of the exposed schemas: fields of the API that pass by row level security.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as object,
	'Callers reach it by name, and it runs with the rights of its owner, past the row level security of what it reads and writes. It has to keep tenants apart by itself.' as message,
	format(
		'alter function %1$I.%2$I(%3$s) security invoker; -- or, where that is meant: comment on function %1$I.%2$I(%3$s) is ''@omit'';',
		n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)
	) as fix
from given
cross join pg_proc p
join pg_namespace n on n.oid = p.pronamespace
where n.nspname = any (given.schemas)
	and p.prosecdef
	and p.prokind = 'f'
	and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
	and coalesce(obj_description(p.oid, 'pg_proc'), '') !~ '^@omit'
	and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
order by object
