-- Tables with foreign keys whose names are too long for PostgREST 12.0.2 to follow them: the relations are not in the schema.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	format('%I.%I', n.nspname, c.relname) as object,
	'Its name has more than 56 bytes, so relations do not start at it: PostgREST makes longer names of it than Postgres keeps.' as message,
	format(
		E'-- Give it a shorter name; a comment keeps the old one in GraphQL:\n-- alter table %I.%I rename to …; comment on table %I.… is ''@name %s'';',
		n.nspname, c.relname, n.nspname, replace(c.relname, '''', '''''')
	) as fix
from given
join pg_namespace n on n.nspname = any (given.schemas)
join pg_class c on c.relnamespace = n.oid
where c.relkind in ('r', 'p') and not c.relispartition and octet_length(c.relname) > 56
	and exists (select from pg_constraint k where k.contype = 'f' and c.oid in (k.conrelid, k.confrelid))
order by n.nspname, c.relname
