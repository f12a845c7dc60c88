-- Foreign keys of exposed tables whose columns no index starts with, in any order.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	format('%s.%I', name, constraint_name) as object,
	'No index covers this foreign key: going from the other table to its rows here, and deleting there, reads this whole table.' as message,
	format('create index on %s (%s);', name, columns) as fix
from (
	select
		format('%I.%I', n.nspname, c.relname) as name,
		k.conname as constraint_name,
		(
			select string_agg(format('%I', a.attname), ', ' order by a.attname <> given.tenant_column, key.place)
			from unnest(k.conkey) with ordinality as key (attnum, place)
			join pg_attribute a on a.attrelid = c.oid and a.attnum = key.attnum
		) as columns
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid
	join pg_constraint k on k.conrelid = c.oid and k.contype = 'f' and k.conparentid = 0
	where not exists (
		select from pg_index i
		where i.indrelid = c.oid and i.indisvalid and i.indpred is null
			and (string_to_array(i.indkey::text, ' ')::smallint[])[1:cardinality(k.conkey)] @> k.conkey
	)
) as slow
order by name, constraint_name
