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

-- The registry of functions.
grant usage on schema apprun to apprun_functions;
grant select, insert, update, delete on apprun.functions, apprun.function_versions, apprun.function_invocations to apprun_functions;
grant select on apprun.function_modules to apprun_functions;
grant execute on function apprun.claims(), apprun.tenant_id(), apprun.subject() to apprun_functions;
grant execute on function apprun.store_function_module(bytea), apprun.drop_function_module(text) to apprun_functions;

-- What is kept for retries.
grant select, insert, update, delete on apprun.kept_answers to apprun_functions;
