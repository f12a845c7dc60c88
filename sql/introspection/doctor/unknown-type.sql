-- Columns of a type that apprun does not know, such as an extension's: strings that can be looked for by null only.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	format('%I.%I.%I', n.nspname, c.relname, a.attname) as object,
	format('apprun does not know the type %s: the column is a string, and can be filtered by null only.', format_type(t.oid, null)) as message,
	format(
		E'-- Where more is wanted, show it as a type that apprun knows, such as:\n-- alter table %I.%I add column %I jsonb generated always as (to_jsonb(%I)) stored;',
		n.nspname, c.relname, a.attname || '_json', a.attname
	) as fix
from given
join pg_namespace n on n.nspname = any (given.schemas)
join pg_class c on c.relnamespace = n.oid
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type whole on whole.oid = a.atttypid
-- An array is as well known as what is in it.
join pg_type t on t.oid = case when whole.typcategory = 'A' and whole.typelem <> 0 then whole.typelem else whole.oid end
join pg_namespace of_type on of_type.oid = t.typnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
	and t.typtype = 'b' and of_type.nspname <> 'pg_catalog' and t.typname <> 'citext'
order by n.nspname, c.relname, a.attnum
