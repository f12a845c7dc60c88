-- Exposed tables without primary key and unique constraint: no row of them can be named, changed or deleted by itself.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	name as object,
	'It has no key: single rows cannot be read, changed or deleted, and lists have no stable order.' as message,
	case
		when has_id then format('alter table %s add primary key (%sid);', name, tenant)
		else format('alter table %s add column id uuid not null default gen_random_uuid(), add primary key (%sid);', name, tenant)
	end as fix
from (
	select
		format('%I.%I', n.nspname, c.relname) as name,
		exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'id' and not a.attisdropped) as has_id,
		coalesce((
			select format('%I, ', a.attname) from pg_attribute a
			where a.attrelid = c.oid and a.attname = given.tenant_column and not a.attisdropped
		), '') as tenant
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid
	where c.relkind in ('r', 'p') and not c.relispartition
		and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u'))
) as keyless
order by name
