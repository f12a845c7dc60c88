-- What pg-introspection does not tell of the relations in the schemas $1: which writes a view supports (bits of
-- pg_relation_is_updatable: 4 update, 8 insert, 16 delete) and whether it runs with the rights of its caller.
select
  c.oid::text as oid,
  pg_relation_is_updatable(c.oid, true) as writable,
  coalesce(
    (select o.option_value::boolean from pg_options_to_table(c.reloptions) o where o.option_name = 'security_invoker'),
    false
  ) as security_invoker
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any ($1::text[]) and c.relkind in ('r', 'p', 'v', 'm', 'f')
