-- Who belongs to which tenant, who was invited, and which sessions have ended. Every change that another server process
-- must know at once is announced on channel apprun_identity, in the transaction that makes it.

alter table apprun.tenants add column created_by text;
comment on column apprun.tenants.created_by is 'Subject that founded the tenant by registering; null: an operator made it.';

create table apprun.memberships (
	tenant_id uuid not null references apprun.tenants (id) on delete cascade,
	subject text not null,
	email text not null,
	name text,
	roles text[] not null check (cardinality(roles) > 0 and array_position(roles, null) is null),
	invitation_id uuid,
	created_at timestamptz not null default now(),
	removed_at timestamptz,
	primary key (tenant_id, subject)
);
create index memberships_subject on apprun.memberships (subject);
comment on table apprun.memberships is
	'A person''s place in a tenant; the roles that apprun goes by. A removed person keeps a row, or they would be written again from what Kratos remembers.';

create table apprun.invitations (
	id uuid primary key default gen_random_uuid(),
	tenant_id uuid not null references apprun.tenants (id) on delete cascade,
	email text not null check (email = lower(email)),
	role text not null,
	token_hash bytea not null unique,
	invited_by text not null,
	created_at timestamptz not null default now(),
	expires_at timestamptz not null,
	used_at timestamptz,
	used_by text,
	revoked_at timestamptz,
	check ((used_at is null) = (used_by is null))
);
create index invitations_tenant on apprun.invitations (tenant_id, created_at);
comment on column apprun.invitations.token_hash is 'sha256 of the secret that was given out once; the secret itself is not stored.';

create table apprun.revocations (
	kind text not null check (kind in ('session', 'subject')),
	key text not null,
	revoked_at timestamptz not null default clock_timestamp(),
	expires_at timestamptz not null,
	primary key (kind, key)
);
comment on table apprun.revocations is
	'Ended sessions: one by its id, or all that a subject began before revoked_at. Kept until the credentials would have ended by themselves.';

alter table apprun.memberships enable row level security;
alter table apprun.invitations enable row level security;
alter table apprun.revocations enable row level security;

create function apprun.announce_identity() returns trigger
	language plpgsql
	set search_path = pg_catalog, pg_temp
as $$
declare
	message jsonb;
begin
	case tg_table_name
		when 'revocations' then
			message := jsonb_build_object('kind', new.kind, 'key', new.key, 'at', new.revoked_at, 'until', new.expires_at);
		when 'memberships' then
			message := jsonb_build_object('kind', 'membership', 'tenant', coalesce(new.tenant_id, old.tenant_id),
				'subject', coalesce(new.subject, old.subject));
		when 'tenants' then
			message := jsonb_build_object('kind', 'tenant', 'tenant', coalesce(new.id, old.id),
				'suspended', new.suspended_at is not null);
	end case;
	perform pg_notify('apprun_identity', message::text);
	return null;
end
$$;

create trigger announce after insert or update on apprun.revocations
	for each row execute function apprun.announce_identity();
create trigger announce after insert or update or delete on apprun.memberships
	for each row execute function apprun.announce_identity();
create trigger announce after update or delete on apprun.tenants
	for each row execute function apprun.announce_identity();
