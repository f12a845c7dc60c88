-- Cluster roles of apprun. Takes two transaction-local settings, apprun.authenticator_password and
-- apprun.statement_timeout (milliseconds), which src/stack/migrate.ts sets by parameter; may run any number of times.
--   apprun_authenticator  what PostgREST logs in as; has no right of its own (NOINHERIT) and may become the other two
--   apprun_anonymous      a caller without a credential; may see nothing until an operator grants something
--   apprun_user           a caller with a verified credential; row level security filters and checks what it does
-- What is already as it should be is left alone, so that a plain CREATEROLE user of a hosted Postgres can run this too.

do $roles$
declare
	caller text;
begin
	if not exists (select from pg_roles where rolname = 'apprun_authenticator') then
		create role apprun_authenticator login noinherit;
	end if;
	foreach caller in array array['apprun_anonymous', 'apprun_user'] loop
		if not exists (select from pg_roles where rolname = caller) then
			execute format('create role %I nologin noinherit', caller);
		end if;
		if not pg_has_role('apprun_authenticator', caller, 'member') then
			execute format('grant %I to apprun_authenticator', caller);
		end if;
	end loop;

	-- Somebody may have made these roles before, with more rights than a caller may ever have.
	for caller in
		select rolname from pg_roles
		where rolname in ('apprun_authenticator', 'apprun_anonymous', 'apprun_user')
			and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
	loop
		execute format('alter role %I nosuperuser nobypassrls nocreaterole nocreatedb noreplication', caller);
	end loop;
	if exists (select from pg_roles where rolname = 'apprun_authenticator' and (rolinherit or not rolcanlogin)) then
		alter role apprun_authenticator login noinherit;
	end if;
	for caller in
		select rolname from pg_roles where rolname in ('apprun_anonymous', 'apprun_user') and rolcanlogin
	loop
		execute format('alter role %I nologin', caller);
	end loop;
end
$roles$;

do $settings$
declare
	name text;
begin
	-- Empty: the operator has set it, and we do not know it.
	if current_setting('apprun.authenticator_password') <> '' then
		execute format(
			'alter role apprun_authenticator password %L',
			current_setting('apprun.authenticator_password')
		);
	end if;
	-- PostgREST applies the settings of the role that it becomes, so the callers need them too.
	foreach name in array array['apprun_authenticator', 'apprun_anonymous', 'apprun_user'] loop
		execute format('alter role %I set statement_timeout = %L', name, current_setting('apprun.statement_timeout'));
	end loop;
end
$settings$;
