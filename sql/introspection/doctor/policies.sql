-- The policies of the exposed tables, for the check of what is evaluated once per row (src/schema/doctor/policy-per-row.ts).
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	format('%I.%I', n.nspname, c.relname) as name,
	c.relname as "table",
	format('%I', p.polname) as policy,
	array(
		select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
	) as columns,
	pg_get_expr(p.polqual, p.polrelid) as "using",
	pg_get_expr(p.polwithcheck, p.polrelid) as "check"
from given
join pg_namespace n on n.nspname = any (given.schemas)
join pg_class c on c.relnamespace = n.oid
join pg_policy p on p.polrelid = c.oid
order by name, policy
