-- Exposed views that run with the rights of their owner, past the row level security that holds for the caller.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'error' as severity,
	name as object,
	'It runs with the rights of its owner: row level security of its tables does not see the caller.' as message,
	format('alter view %s set (security_invoker = true);', name) as fix
from (
	select format('%I.%I', n.nspname, c.relname) as name
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid
	where c.relkind = 'v'
		and not exists (
			select from pg_options_to_table(c.reloptions) o
			where o.option_name = 'security_invoker' and o.option_value::boolean
		)
) as owned
order by name
