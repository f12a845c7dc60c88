-- What the callers may do in schema apprun: call the functions that policies and defaults are made of, and nothing
-- else. Runs after the migrations, every time, because a restored dump may have lost its grants.
-- The tables and schemas that are exposed are the operator's: apprun grants nothing there. For a schema of your own:
--   grant usage on schema api to apprun_user;
--   grant select, insert, update, delete on api.things to apprun_user;

revoke all on schema apprun from public;
revoke all on all tables in schema apprun from public, apprun_authenticator, apprun_anonymous, apprun_user;
revoke all on all functions in schema apprun from public;

grant usage on schema apprun to apprun_anonymous, apprun_user;
grant execute on function apprun.claims(), apprun.tenant_id(), apprun.subject(), apprun.roles() to apprun_anonymous, apprun_user;
