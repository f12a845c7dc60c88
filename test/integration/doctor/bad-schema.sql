-- One object for each thing that `apprun doctor` finds, and beside it one that looks similar and is fine.

create schema bad;
grant usage on schema bad to apprun_user;

create table bad.no_rls (tenant_id uuid not null, id uuid, primary key (tenant_id, id));

create table bad.not_forced (tenant_id uuid not null, id uuid, primary key (tenant_id, id));
alter table bad.not_forced enable row level security;
create policy own_tenant on bad.not_forced for all to apprun_user
	using (tenant_id = (select apprun.tenant_id())) with check (tenant_id = (select apprun.tenant_id()));

create table bad.per_row (tenant_id uuid not null, id uuid, owner text, primary key (tenant_id, id));
alter table bad.per_row enable row level security;
alter table bad.per_row force row level security;
create policy bare_call on bad.per_row for select to apprun_user
	using (tenant_id = apprun.tenant_id());
create policy bare_setting on bad.per_row for update to apprun_user
	using (
		tenant_id = (current_setting('request.jwt.claims', true)::json ->> 'tenant_id')::uuid
		and owner <> 'it''s (not) apprun.subject()'
	)
	with check (tenant_id = (select apprun.tenant_id()) and owner = coalesce(apprun.subject(), 'nobody'));
create policy once_per_statement on bad.per_row for delete to apprun_user
	using (
		tenant_id = (select (current_setting('request.jwt.claims', true)::json ->> 'tenant_id')::uuid)
		and length(owner) > 3 and to_char(id::text::date, 'YYYY') <> '1970'
	);

create table bad.membership (tenant_id uuid not null, id uuid, member text, primary key (tenant_id, id));
alter table bad.membership enable row level security;
alter table bad.membership force row level security;
create policy correlated on bad.membership for select to apprun_user
	using (
		tenant_id = (select apprun.tenant_id())
		and exists (select from bad.per_row p where p.owner = membership.member and p.tenant_id = apprun.tenant_id())
	);

create table bad.other_keys (tenant_id uuid not null, id uuid primary key, next_id uuid unique references bad.other_keys);
alter table bad.other_keys enable row level security;
alter table bad.other_keys force row level security;
create policy own_tenant on bad.other_keys for all to apprun_user
	using (tenant_id = (select apprun.tenant_id())) with check (tenant_id = (select apprun.tenant_id()));

create table bad.foreign_keys (
	tenant_id uuid not null,
	id uuid,
	not_forced_id uuid,
	other_key_id uuid references bad.other_keys (id) on delete set null,
	parent_id uuid,
	covered_id uuid,
	primary key (tenant_id, id),
	constraint uncovered_fkey foreign key (tenant_id, not_forced_id) references bad.not_forced (tenant_id, id),
	constraint covered_fkey foreign key (tenant_id, covered_id) references bad.not_forced (tenant_id, id),
	constraint parent_fkey foreign key (tenant_id, parent_id) references bad.foreign_keys (tenant_id, id)
);
create index on bad.foreign_keys (covered_id, tenant_id, id);
create index on bad.foreign_keys (tenant_id, parent_id);
create index on bad.foreign_keys (other_key_id);
create index on bad.foreign_keys (tenant_id, not_forced_id) where id is null;
alter table bad.foreign_keys enable row level security;
alter table bad.foreign_keys force row level security;
create policy own_tenant on bad.foreign_keys for all to apprun_user
	using (tenant_id = (select apprun.tenant_id())) with check (tenant_id = (select apprun.tenant_id()));

create table bad.no_check (tenant_id uuid not null, id uuid, code text, primary key (tenant_id, id), unique (code));
alter table bad.no_check enable row level security;
alter table bad.no_check force row level security;
create policy own_tenant on bad.no_check for all to apprun_user using (tenant_id = (select apprun.tenant_id()));

create table bad.open_policy (tenant_id uuid not null, id uuid, public boolean, primary key (tenant_id, id));
alter table bad.open_policy enable row level security;
alter table bad.open_policy force row level security;
create policy shared on bad.open_policy for select to public using (public);
create policy anything on bad.open_policy for insert to apprun_user with check (true);

create table bad.no_policy (tenant_id uuid not null, id uuid, primary key (tenant_id, id));
alter table bad.no_policy enable row level security;
alter table bad.no_policy force row level security;
grant select on bad.no_policy to apprun_user;

create table bad.no_key (tenant_id uuid not null, name text);
alter table bad.no_key enable row level security;
alter table bad.no_key force row level security;
create policy own_tenant on bad.no_key for all to apprun_user
	using (tenant_id = (select apprun.tenant_id())) with check (tenant_id = (select apprun.tenant_id()));

create view bad.owners_view as select * from bad.not_forced;
create view bad.callers_view with (security_invoker = on) as select * from bad.not_forced;

create materialized view bad.granted as select * from bad.not_forced;
grant select on bad.granted to apprun_user;
create materialized view bad.kept as select * from bad.not_forced;

create function bad.definer() returns bigint language sql security definer as 'select count(*) from bad.not_forced';
create function bad.fixed_definer() returns bigint language sql security definer set search_path = pg_catalog, pg_temp
	as 'select count(*) from bad.not_forced';

create table bad.no_default (tenant_id uuid not null, id uuid, primary key (tenant_id, id));
alter table bad.no_default enable row level security;
alter table bad.no_default force row level security;
create policy own_tenant on bad.no_default for all to apprun_user
	using (tenant_id = (select apprun.tenant_id())) with check (tenant_id = (select apprun.tenant_id()));

-- Each of the tables may be read, but for one; one may be written to.
do $$
declare
	found regclass;
begin
	for found in select oid from pg_class where relnamespace = 'bad'::regnamespace and relkind in ('r', 'v') loop
		execute format('grant select on %s to apprun_user', found);
	end loop;
end $$;
grant insert on bad.no_default to apprun_user;

create table bad.not_granted (tenant_id uuid not null default apprun.tenant_id(), id uuid, primary key (tenant_id, id));
alter table bad.not_granted enable row level security;
alter table bad.not_granted force row level security;
create policy own_tenant on bad.not_granted for all to apprun_user
	using (tenant_id = (select apprun.tenant_id())) with check (tenant_id = (select apprun.tenant_id()));
create table bad.omitted (tenant_id uuid not null default apprun.tenant_id(), id uuid, primary key (tenant_id, id));
comment on table bad.omitted is E'@omit\nNobody needs it.';
alter table bad.omitted enable row level security;
alter table bad.omitted force row level security;
create policy own_tenant on bad.omitted for all to apprun_user
	using (tenant_id = (select apprun.tenant_id())) with check (tenant_id = (select apprun.tenant_id()));
