-- Unique constraints of tenant tables without the tenant: a violation tells a caller what another tenant has. Keys that
-- hold a uuid are left out: nobody guesses those.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	format('%s.%I', name, constraint_name) as object,
	format('It does not include %I: a tenant cannot use a value that another one has, and learns from the refusal that it is taken.', tenant_column) as message,
	format(
		'alter table %1$s drop constraint %2$I, add constraint %2$I %3$s (%4$I, %5$s);',
		name, constraint_name, kind, tenant_column, columns
	) as fix
from (
	select
		format('%I.%I', n.nspname, c.relname) as name,
		k.conname as constraint_name,
		case k.contype when 'p' then 'primary key' else 'unique' end as kind,
		given.tenant_column,
		string_agg(format('%I', x.attname), ', ' order by key.place) as columns
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid
	join pg_attribute a on a.attrelid = c.oid and a.attname = given.tenant_column and not a.attisdropped
	join pg_constraint k on k.conrelid = c.oid and k.contype in ('p', 'u') and k.conparentid = 0 and not a.attnum = any (k.conkey)
	cross join unnest(k.conkey) with ordinality as key (attnum, place)
	join pg_attribute x on x.attrelid = c.oid and x.attnum = key.attnum
	group by n.nspname, c.relname, k.conname, k.contype, given.tenant_column
	having not bool_or(x.atttypid = 'uuid'::regtype)
) as probing
order by name, constraint_name
