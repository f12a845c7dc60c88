-- Exposed tables and views of which no caller may read a column: they are not in the schema.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	name as object,
	'The roles of callers may read nothing of it, so it is not in the schema.' as message,
	case
		when kind in ('v', 'm') then format('grant select on %s to apprun_user;', name)
		else format('grant select, insert, update, delete on %s to apprun_user;', name)
	end || E'\n-- Or, if it is not meant for them: comment on … is ''@omit'', or move it to a schema that is not exposed.' as fix
from (
	select format('%I.%I', n.nspname, c.relname) as name, c.relkind as kind
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid
	-- Materialized and foreign tables have no row level security: that nobody may read one is as it should be.
	where c.relkind in ('r', 'p', 'v') and not c.relispartition
		and coalesce(obj_description(c.oid, 'pg_class'), '') !~ '(^|\n)@omit'
		and not exists (
			select from pg_roles r
			where r.rolname in ('apprun_user', 'apprun_anonymous') and has_any_column_privilege(r.oid, c.oid, 'select')
		)
) as unseen
order by name
