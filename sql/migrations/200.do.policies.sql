-- Authorization policies: Casbin's rows, the roles that tenants made, one version number, and an audit log. Triggers bump
-- the version, tell every server process (NOTIFY) and write the log in the transaction of the change itself, so that an
-- edit with psql counts like one through GraphQL, and one that is rolled back counts not at all.

create table apprun.casbin_rule (
	id bigint generated always as identity primary key,
	ptype text not null check (ptype in ('p', 'g')),
	v0 text not null,
	v1 text not null,
	v2 text not null,
	v3 text not null default '',
	v4 text not null default '',
	v5 text not null default '',
	-- The tenant that a row belongs to: `*` for all, `none` for callers without one.
	dom text not null generated always as (case ptype when 'p' then v1 else v2 end) stored,
	unique (ptype, v0, v1, v2, v3, v4, v5),
	constraint casbin_rule_tenant check (
		(case ptype when 'p' then v1 else v2 end) ~ '^(\*|none|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$'
	),
	constraint casbin_rule_subject check (v0 ~ '^(role|user):[^\s,"*]{1,200}$'),
	-- A mistyped effect would be an ignored denial; an unknown wildcard would match nothing, or too much.
	constraint casbin_rule_p check (
		ptype <> 'p' or (
			v2 ~ '^(\*|(data|rpc|function):\*|admin/\*|((data|rpc|function):|admin/|schema$)[^\s,"*]*(/\*)?)$'
			and length(v2) <= 500
			and v3 ~ '^(\*|[a-z]{1,30})$'
			and v4 in ('allow', 'deny')
			and v5 = ''
		)
	),
	constraint casbin_rule_g check (
		ptype <> 'g' or (v1 ~ '^role:[^\s,"*]{1,200}$' and v0 <> v1 and v3 = '' and v4 = '' and v5 = '')
	)
);
comment on table apprun.casbin_rule is
	'Who may do what. p: who, tenant, object, action, allow|deny. g: who, role, tenant. See docs/authorization.md.';
create index casbin_rule_dom on apprun.casbin_rule (dom);

create table apprun.policy_role (
	dom text not null check (dom ~ '^(\*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$'),
	name text not null check (name ~ '^[a-z][a-z0-9_-]{0,62}$'),
	description text not null default '' check (length(description) <= 500),
	primary key (dom, name)
);
comment on table apprun.policy_role is 'Roles that rules can be about: built in (dom *) or made by a tenant.';

create table apprun.policy_version (
	-- One row: its lock puts writers in order.
	singleton boolean primary key default true check (singleton),
	version bigint not null,
	-- Rows of policies/policy.csv as last applied: what the next file is compared with.
	seeded jsonb not null default '[]'
);
insert into apprun.policy_version (version) values (1);
comment on table apprun.policy_version is 'Counts changes of policies; each server process compares it with what it holds.';

create table apprun.policy_audit (
	id bigint generated always as identity primary key,
	at timestamptz not null default clock_timestamp(),
	dom text not null,
	-- user:<id> as apprun says it, else database:<role> for a change made beside it.
	actor text not null,
	request_id text,
	subject text not null check (subject in ('rule', 'assignment', 'role')),
	before jsonb,
	after jsonb,
	check (before is not null or after is not null)
);
create index policy_audit_dom on apprun.policy_audit (dom, id desc);
comment on table apprun.policy_audit is 'Every change of a policy: who, when, before, after.';

create function apprun.policy_row(ptype text, v0 text, v1 text, v2 text, v3 text, v4 text) returns jsonb
	language sql immutable
	return case ptype
		when 'p' then jsonb_build_object('subject', v0, 'object', v2, 'action', v3, 'effect', v4)
		else jsonb_build_object('member', v0, 'role', v1)
	end;

create function apprun.policy_actor() returns text
	language sql stable
	return coalesce(nullif(current_setting('apprun.actor', true), ''), 'database:' || session_user);

create function apprun.policy_announce(doms text[]) returns void
	language plpgsql
	set search_path = pg_catalog
as $$
declare
	reached bigint;
begin
	if doms is null then return; end if;
	-- A payload holds 8000 bytes; past fifty tenants everybody reloads everything.
	if cardinality(doms) > 50 then doms := array['*']; end if;
	update apprun.policy_version set version = version + 1 returning version into reached;
	perform pg_notify('apprun_policy', json_build_object('version', reached, 'tenants', doms)::text);
end
$$;

create function apprun.policy_changed() returns trigger
	language plpgsql
	set search_path = pg_catalog
as $$
declare
	doms text[];
	who text := apprun.policy_actor();
	request text := nullif(current_setting('apprun.request_id', true), '');
begin
	if tg_op = 'INSERT' then
		select array_agg(distinct dom) into doms from added;
		insert into apprun.policy_audit (dom, actor, request_id, subject, after)
			select dom, who, request, case ptype when 'p' then 'rule' else 'assignment' end, apprun.policy_row(ptype, v0, v1, v2, v3, v4)
			from added order by id;
	elsif tg_op = 'DELETE' then
		select array_agg(distinct dom) into doms from removed;
		insert into apprun.policy_audit (dom, actor, request_id, subject, before)
			select dom, who, request, case ptype when 'p' then 'rule' else 'assignment' end, apprun.policy_row(ptype, v0, v1, v2, v3, v4)
			from removed order by id;
	else
		select array_agg(distinct dom) into doms from (select dom from added union select dom from removed) both_sides;
		insert into apprun.policy_audit (dom, actor, request_id, subject, before, after)
			select
				coalesce(a.dom, r.dom), who, request,
				case coalesce(a.ptype, r.ptype) when 'p' then 'rule' else 'assignment' end,
				case when r.id is not null then apprun.policy_row(r.ptype, r.v0, r.v1, r.v2, r.v3, r.v4) end,
				case when a.id is not null then apprun.policy_row(a.ptype, a.v0, a.v1, a.v2, a.v3, a.v4) end
			from added a full join removed r on r.id = a.id and r.dom = a.dom;
	end if;
	perform apprun.policy_announce(doms);
	return null;
end
$$;

create trigger policy_added after insert on apprun.casbin_rule
	referencing new table as added for each statement execute function apprun.policy_changed();
create trigger policy_removed after delete on apprun.casbin_rule
	referencing old table as removed for each statement execute function apprun.policy_changed();
create trigger policy_updated after update on apprun.casbin_rule
	referencing new table as added old table as removed for each statement execute function apprun.policy_changed();

-- TRUNCATE has no transition tables: everybody reloads everything, and the log says that all was emptied.
create function apprun.policy_emptied() returns trigger
	language plpgsql
	set search_path = pg_catalog
as $$
begin
	insert into apprun.policy_audit (dom, actor, subject, before)
		values ('*', apprun.policy_actor(), 'rule', '{"truncated": true}');
	perform apprun.policy_announce(array['*']);
	return null;
end
$$;
create trigger policy_emptied after truncate on apprun.casbin_rule
	for each statement execute function apprun.policy_emptied();

create function apprun.policy_role_changed() returns trigger
	language plpgsql
	set search_path = pg_catalog
as $$
begin
	insert into apprun.policy_audit (dom, actor, request_id, subject, before, after)
		values (
			case tg_op when 'DELETE' then old.dom else new.dom end,
			apprun.policy_actor(), nullif(current_setting('apprun.request_id', true), ''), 'role',
			case when tg_op <> 'INSERT' then jsonb_build_object('name', old.name, 'description', old.description) end,
			case when tg_op <> 'DELETE' then jsonb_build_object('name', new.name, 'description', new.description) end
		);
	return null;
end
$$;
create trigger policy_role_changed after insert or update or delete on apprun.policy_role
	for each row execute function apprun.policy_role_changed();

-- Callers reach none of this: no grant, and row security without a policy behind it.
alter table apprun.casbin_rule enable row level security;
alter table apprun.policy_role enable row level security;
alter table apprun.policy_version enable row level security;
alter table apprun.policy_audit enable row level security;
revoke all on apprun.casbin_rule, apprun.policy_role, apprun.policy_version, apprun.policy_audit from public;
revoke all on function
	apprun.policy_row(text, text, text, text, text, text), apprun.policy_actor(), apprun.policy_announce(text[]),
	apprun.policy_changed(), apprun.policy_emptied(), apprun.policy_role_changed()
from public;
