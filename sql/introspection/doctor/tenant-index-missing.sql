-- Exposed tables with a tenant column that no index starts with.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	name as object,
	format('No index starts with %I: every request reads the rows of all tenants to find its own.', tenant_column) as message,
	format('create index on %s (%I);', name, tenant_column) as fix
from (
	select format('%I.%I', n.nspname, c.relname) as name, given.tenant_column
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid
	join pg_attribute a on a.attrelid = c.oid and a.attname = given.tenant_column and not a.attisdropped
	where c.relkind in ('r', 'p') and not c.relispartition
		and not exists (
			select from pg_index i
			where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indisvalid and i.indpred is null
		)
) as slow
order by name
