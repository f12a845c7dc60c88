-- Foreign keys between tenant tables that do not include the tenant: a row may point at another tenant's row.
with given as (select $1::text[] as schemas, $2::text as tenant_column)
select
	'warning' as severity,
	format('%s.%I', name, constraint_name) as object,
	format('It does not include %I: a row can point at a row of another tenant, and an insert tells whether that row exists.', tenant_column) as message,
	case when unique_there then '' else format(E'alter table %s add unique (%I, %s);\n', target, tenant_column, target_columns) end
		|| format(
			E'alter table %1$s drop constraint %2$I,\n\tadd constraint %2$I foreign key (%3$I, %4$s) references %5$s (%3$I, %6$s)%7$s;',
			name, constraint_name, tenant_column, columns, target, target_columns, on_delete
		) as fix
from (
	select
		format('%I.%I', n.nspname, c.relname) as name,
		format('%I.%I', tn.nspname, t.relname) as target,
		k.conname as constraint_name,
		given.tenant_column,
		here.columns,
		there.columns as target_columns,
		case k.confdeltype
			when 'c' then ' on delete cascade'
			when 'r' then ' on delete restrict'
			when 'n' then format(' on delete set null (%s)', here.columns)
			else ''
		end as on_delete,
		exists (
			select from pg_index i
			where i.indrelid = t.oid and i.indisunique and i.indpred is null
				and i.indnkeyatts = cardinality(k.confkey) + 1
				and (string_to_array(i.indkey::text, ' ')::smallint[])[1:i.indnkeyatts] @> (k.confkey || ta.attnum)
		) as unique_there
	from given
	join pg_namespace n on n.nspname = any (given.schemas)
	join pg_class c on c.relnamespace = n.oid
	join pg_attribute a on a.attrelid = c.oid and a.attname = given.tenant_column and not a.attisdropped
	join pg_constraint k on k.conrelid = c.oid and k.contype = 'f' and k.conparentid = 0 and not a.attnum = any (k.conkey)
	join pg_class t on t.oid = k.confrelid
	join pg_namespace tn on tn.oid = t.relnamespace
	join pg_attribute ta on ta.attrelid = t.oid and ta.attname = given.tenant_column and not ta.attisdropped
	cross join lateral (
		select string_agg(format('%I', x.attname), ', ' order by key.place) as columns
		from unnest(k.conkey) with ordinality as key (attnum, place)
		join pg_attribute x on x.attrelid = c.oid and x.attnum = key.attnum
	) as here
	cross join lateral (
		select string_agg(format('%I', x.attname), ', ' order by key.place) as columns
		from unnest(k.confkey) with ordinality as key (attnum, place)
		join pg_attribute x on x.attrelid = t.oid and x.attnum = key.attnum
	) as there
) as loose
order by name, constraint_name
