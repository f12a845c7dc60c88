-- Tenants, and the functions that tell a policy who is asking. Schema apprun is never exposed by PostgREST.
-- Names in a `return` body are resolved when the function is made: no caller's search_path can change what they mean,
-- and the planner can still inline them.

create schema if not exists apprun;
comment on schema apprun is 'apprun''s own objects. Not exposed; changed by `apprun migrate` only.';

create table apprun.tenants (
	id uuid primary key default gen_random_uuid(),
	slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
	name text not null check (length(name) between 1 and 200),
	suspended_at timestamptz,
	created_at timestamptz not null default now()
);
comment on table apprun.tenants is 'Who rows belong to. Callers have no right on it.';
-- No policy: whoever is granted the table by mistake still sees no row of it.
alter table apprun.tenants enable row level security;

create table apprun.seeds (
	name text primary key,
	version text not null,
	applied_at timestamptz not null default now()
);
comment on table apprun.seeds is 'Which data sets were put into this database, by the hash of their SQL.';

-- The claims that PostgREST verified, or null. Text that is not JSON is an error: it cannot come from PostgREST.
create function apprun.claims() returns jsonb
	language sql stable parallel safe
	return nullif(current_setting('request.jwt.claims', true), '')::jsonb;
comment on function apprun.claims() is 'Verified claims of the current request; null outside of one.';

create function apprun.tenant_id() returns uuid
	language sql stable parallel safe
	return case
		when apprun.claims() ->> 'tenant_id' ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
		then (apprun.claims() ->> 'tenant_id')::uuid
	end;
comment on function apprun.tenant_id() is
	'Tenant of the current request, from its verified claims; null without one, so that no row matches. In a policy write (select apprun.tenant_id()): once per statement instead of once per row.';

create function apprun.subject() returns text
	language sql stable parallel safe
	return apprun.claims() ->> 'sub';
comment on function apprun.subject() is 'Who is asking, from the verified claims; null outside of a request.';

create function apprun.roles() returns text[]
	language sql stable parallel safe
	return (
		select coalesce(array_agg(role.name order by role.place), '{}')
		from jsonb_array_elements_text(
			case when jsonb_typeof(apprun.claims() -> 'roles') = 'array' then apprun.claims() -> 'roles' else '[]' end
		) with ordinality as role (name, place)
	);
comment on function apprun.roles() is 'Application roles of who is asking, from the verified claims; empty outside of a request.';
