-- The registry of functions. apprun reads and writes it as role apprun_functions with the caller's claims set, so that row
-- level security keeps tenants apart here as everywhere; callers themselves (apprun_user) have no right on it. Its grants are in sql/roles/grants.sql.

-- A module is stored once, however many tenants deploy it: its name is the hash of its bytes.
create table apprun.function_modules (
	sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
	bytes bytea not null,
	created_at timestamptz not null default now()
);
comment on table apprun.function_modules is 'WebAssembly modules by the hash of their bytes; shared by versions of all tenants.';

create table apprun.functions (
	tenant_id uuid not null references apprun.tenants (id) on delete cascade,
	name text not null check (name ~ '^[a-z][a-z0-9_-]{0,62}$'),
	description text check (length(description) <= 2000),
	-- The version that is invoked when none is asked for.
	active_version int not null,
	last_version int not null,
	created_at timestamptz not null default now(),
	primary key (tenant_id, name)
);

create table apprun.function_versions (
	tenant_id uuid not null,
	name text not null,
	version int not null check (version > 0),
	kind text not null check (kind in ('export', 'command', 'sandbox')),
	sha256 text not null references apprun.function_modules (sha256),
	size int not null,
	entry jsonb not null,
	limits jsonb not null,
	deployed_by text not null,
	deployed_at timestamptz not null default now(),
	primary key (tenant_id, name, version),
	foreign key (tenant_id, name) references apprun.functions (tenant_id, name) on delete cascade
);
create index on apprun.function_versions (sha256);
alter table apprun.functions add foreign key (tenant_id, name, active_version)
	references apprun.function_versions (tenant_id, name, version) deferrable initially deferred;

-- No foreign key to the function: the log outlives it.
create table apprun.function_invocations (
	tenant_id uuid not null references apprun.tenants (id) on delete cascade,
	id bigint generated always as identity,
	name text not null,
	version int not null,
	status text not null,
	error_code text,
	error_message text,
	logs text[] not null,
	started_at timestamptz not null,
	duration_ms double precision not null,
	cold boolean not null,
	input_bytes int not null,
	output_bytes int not null,
	caller text not null,
	request_id text not null,
	primary key (tenant_id, id)
);
create index on apprun.function_invocations (tenant_id, name, id);

alter table apprun.functions enable row level security;
alter table apprun.functions force row level security;
create policy own_tenant on apprun.functions for all to apprun_functions
	using (tenant_id = (select apprun.tenant_id()))
	with check (tenant_id = (select apprun.tenant_id()));

alter table apprun.function_versions enable row level security;
alter table apprun.function_versions force row level security;
create policy own_tenant on apprun.function_versions for all to apprun_functions
	using (tenant_id = (select apprun.tenant_id()))
	with check (tenant_id = (select apprun.tenant_id()));

alter table apprun.function_invocations enable row level security;
alter table apprun.function_invocations force row level security;
create policy own_tenant on apprun.function_invocations for all to apprun_functions
	using (tenant_id = (select apprun.tenant_id()))
	with check (tenant_id = (select apprun.tenant_id()));

-- Not forced: the two functions below, which run as the owner, are the only way in. A tenant reads the modules that its
-- own versions name; the policy of function_versions applies in there too.
alter table apprun.function_modules enable row level security;
create policy of_own_versions on apprun.function_modules for select to apprun_functions
	using (exists (select from apprun.function_versions as version where version.sha256 = function_modules.sha256));

-- The hash is made here, so no caller can put bytes under the name of others.
create function apprun.store_function_module(bytes bytea) returns text
	language sql volatile security definer set search_path = pg_catalog, pg_temp
	begin atomic
		insert into apprun.function_modules (sha256, bytes)
			values (encode(sha256(store_function_module.bytes), 'hex'), store_function_module.bytes)
			-- Not `do nothing`: the row must be locked, or drop_function_module could remove it before it is used.
			on conflict (sha256) do update set created_at = function_modules.created_at;
		select encode(sha256(store_function_module.bytes), 'hex');
	end;
comment on function apprun.store_function_module(bytea) is 'Stores a module, unless it is there already; gives its sha256.';

-- The foreign key decides what is still used: it sees the versions of every tenant, and no caller does.
create function apprun.drop_function_module(sha256 text) returns void
	language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as
$body$
begin
	delete from apprun.function_modules as module where module.sha256 = drop_function_module.sha256;
exception when foreign_key_violation then
	null;
end
$body$;
comment on function apprun.drop_function_module(text) is 'Removes a module that no version of any tenant uses; leaves others alone.';

-- Other replicas forget what they knew of a function as soon as a change of it is committed.
create function apprun.notify_function() returns trigger
	language plpgsql set search_path = pg_catalog, pg_temp as
$body$
declare
	changed record := coalesce(new, old);
begin
	perform pg_notify('apprun_functions', changed.tenant_id || '/' || changed.name);
	return null;
end
$body$;
create trigger notify_function after insert or update or delete on apprun.functions
	for each row execute function apprun.notify_function();
create trigger notify_function after insert or update or delete on apprun.function_versions
	for each row execute function apprun.notify_function();
