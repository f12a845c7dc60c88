-- Exposed tables whose row level security does not hold for their owner.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	name as object,
	'Row level security is not forced: it does not hold for the owner, nor for a SECURITY DEFINER function or view of the owner.' as message,
	format('alter table %s force row level security;', name) as fix
from (
	select format('%I.%I', n.nspname, c.relname) as name
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid
	where c.relkind in ('r', 'p') and c.relrowsecurity and not c.relforcerowsecurity
) as exposed
order by name
