-- Policies of tenant tables that allow writing and have no WITH CHECK.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	format('policy %I on %s', policy, name) as object,
	'It has no WITH CHECK. USING stands in for it, silently: say what may be written, so that a change of USING does not change it.' as message,
	format(
		'alter policy %I on %s with check (%s);',
		policy, name, coalesce(condition, format('%I = (select apprun.tenant_id())', tenant_column))
	) as fix
from (
	select
		p.polname as policy, format('%I.%I', n.nspname, c.relname) as name, given.tenant_column,
		pg_get_expr(p.polqual, p.polrelid) as condition
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid
	join pg_attribute a on a.attrelid = c.oid and a.attname = given.tenant_column and not a.attisdropped
	join pg_policy p on p.polrelid = c.oid
	where p.polcmd in ('*', 'a', 'w') and p.polwithcheck is null
) as open
order by name, policy
