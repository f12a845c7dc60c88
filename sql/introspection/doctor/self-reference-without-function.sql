-- Foreign keys of several columns, and unique ones, from an exposed table to itself: PostgREST 12.0.2 cannot follow them
-- towards the one.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	format('%s.%I', name, constraint_name) as object,
	'PostgREST cannot follow a foreign key of several columns, or a unique one, from a table to itself; a function named like the constraint takes its place.' as message,
	format(
		E'create function %1$I.%2$I("row" %3$s) returns setof %3$s language sql stable parallel safe rows 1\n\tbegin atomic select t.* from %3$s t where %4$s; end;\n',
		schema, constraint_name, name, condition
	)
		|| format(E'revoke all on function %1$I.%2$I(%3$s) from public;\n', schema, constraint_name, name)
		|| format(E'grant execute on function %1$I.%2$I(%3$s) to apprun_user;\n', schema, constraint_name, name)
		|| format('comment on function %1$I.%2$I(%3$s) is ''@omit'';', schema, constraint_name, name) as fix
from (
	select
		n.nspname as schema, format('%I.%I', n.nspname, c.relname) as name, k.conname as constraint_name,
		string_agg(format('t.%I = "row".%I', there.attname, here.attname), ' and ' order by key.place) as condition
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid
	join pg_constraint k on k.conrelid = c.oid and k.confrelid = c.oid and k.contype = 'f' and k.conparentid = 0
	cross join unnest(k.conkey, k.confkey) with ordinality as key (here, there, place)
	join pg_attribute here on here.attrelid = c.oid and here.attnum = key.here
	join pg_attribute there on there.attrelid = c.oid and there.attnum = key.there
	where (cardinality(k.conkey) > 1 or exists (
			select from pg_constraint u where u.conrelid = c.oid and u.contype in ('p', 'u') and u.conkey = k.conkey
		))
		and not exists (
			select from pg_proc p
			where p.pronamespace = n.oid and p.proname = k.conname and p.pronargs = 1 and p.proargtypes[0] = c.reltype
				and p.prorettype = c.reltype
		)
	group by n.nspname, c.relname, k.conname
) as unreachable
order by name, constraint_name
