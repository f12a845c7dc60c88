-- The roles of a member stand in one place: the links of apprun.casbin_rule, which Casbin decides by, which an admin gives and
-- takes, and which the log of policies tells of. A membership says that somebody is in a tenant, and nothing of what they may.

-- A statement at a time: one that is about a table's rows cannot change the table's columns after it.
insert into apprun.casbin_rule (ptype, v0, v1, v2)
	select distinct 'g', 'user:' || subject, 'role:' || role, tenant_id::text
	from apprun.memberships, unnest(roles) as role
	where removed_at is null
	on conflict do nothing;

-- Somebody who is out holds nothing any more, however they were taken out: who joins again begins with the role of the invitation.
create function apprun.forget_member_roles() returns trigger
	language plpgsql
	set search_path = pg_catalog, pg_temp
as $$
begin
	delete from apprun.casbin_rule
	where ptype = 'g' and dom = old.tenant_id::text and v0 = 'user:' || old.subject;
	return null;
end
$$;
create trigger forget_roles_of_removed after update of removed_at on apprun.memberships
	for each row when (new.removed_at is not null) execute function apprun.forget_member_roles();
create trigger forget_roles_of_deleted after delete on apprun.memberships
	for each row execute function apprun.forget_member_roles();

create function apprun.member_roles(tenant uuid, subject text) returns text[]
	language sql stable
	return array(
		select substr(v1, 6) from apprun.casbin_rule where ptype = 'g' and dom = tenant::text and v0 = 'user:' || subject order by v1
	);
comment on function apprun.member_roles(uuid, text) is 'Roles that a person was given in a tenant, without those that these inherit.';

-- Names and roles of members are remembered by every server process: a change of either is announced alike.
create function apprun.announce_member_roles() returns trigger
	language plpgsql
	set search_path = pg_catalog, pg_temp
as $$
declare
	link record;
begin
	for link in
		select distinct dom, v0 from changed where ptype = 'g' and v0 like 'user:%' and dom not in ('*', 'none')
	loop
		perform pg_notify('apprun_identity',
			jsonb_build_object('kind', 'membership', 'tenant', link.dom, 'subject', substr(link.v0, 6))::text);
	end loop;
	return null;
end
$$;
create trigger announce_given after insert on apprun.casbin_rule
	referencing new table as changed for each statement execute function apprun.announce_member_roles();
create trigger announce_taken after delete on apprun.casbin_rule
	referencing old table as changed for each statement execute function apprun.announce_member_roles();
create trigger announce_new after update on apprun.casbin_rule
	referencing new table as changed for each statement execute function apprun.announce_member_roles();
create trigger announce_old after update on apprun.casbin_rule
	referencing old table as changed for each statement execute function apprun.announce_member_roles();

alter table apprun.memberships drop column roles;
comment on table apprun.memberships is
	'A person''s place in a tenant; what they may is said by apprun.casbin_rule. A removed person keeps a row, or they would be written again from what Kratos remembers.';

revoke all on function apprun.forget_member_roles(), apprun.member_roles(uuid, text), apprun.announce_member_roles() from public;
