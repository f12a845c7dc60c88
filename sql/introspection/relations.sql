-- What pg-introspection does not tell of the relations in the schemas $1: which writes a relation supports (bits of
-- pg_relation_is_updatable: 4 update, 8 insert, 16 delete), whether a view runs with the rights of its caller, the rule
-- of a view that shows rows of one relation as they are, and what the callers' roles may do with each column. Before
-- `apprun migrate` there are no such roles: then nothing is left out.
with callers as (
  select r.oid from pg_roles r where r.rolname in ('apprun_user', 'apprun_anonymous')
)
select
  c.oid::text as oid,
  pg_relation_is_updatable(c.oid, true) as writable,
  coalesce(
    (select o.option_value::boolean from pg_options_to_table(c.reloptions) o where o.option_name = 'security_invoker'),
    false
  ) as security_invoker,
  -- What Postgres can write to by itself has no join, no grouping and no limit: its rows are those of the one beneath.
  case when c.relkind = 'v' and pg_relation_is_updatable(c.oid, false) & 20 = 20 then
    (select r.ev_action::text from pg_rewrite r where r.ev_class = c.oid and r.rulename = '_RETURN')
  end as rule,
  not exists (select from callers)
    or exists (select from callers where has_table_privilege(callers.oid, c.oid, 'DELETE')) as deletable,
  (
    select coalesce(json_object_agg(a.attname, json_build_object(
      'selectable', not exists (select from callers)
        or exists (select from callers where has_column_privilege(callers.oid, c.oid, a.attnum, 'SELECT')),
      'insertable', not exists (select from callers)
        or exists (select from callers where has_column_privilege(callers.oid, c.oid, a.attnum, 'INSERT')),
      'updatable', not exists (select from callers)
        or exists (select from callers where has_column_privilege(callers.oid, c.oid, a.attnum, 'UPDATE')),
      -- A computed column of a view is in no input.
      'fixed', c.relkind = 'v' and not pg_column_is_updatable(c.oid, a.attnum, true)
    )), '{}')
    from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ) as columns
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any ($1::text[]) and c.relkind in ('r', 'p', 'v', 'm', 'f')
