-- Row level security of the demo: a caller sees and writes the rows of the tenant in its verified claims, and no other.
-- (select …) makes Postgres ask for the tenant once per statement instead of once per row. FORCE holds the owner to it
-- too. There is no policy for apprun_anonymous: it would see no row even where it were granted a table.

alter table api.categories enable row level security;
alter table api.categories force row level security;
create policy own_tenant on api.categories for all to apprun_user
	using (tenant_id = (select apprun.tenant_id()))
	with check (tenant_id = (select apprun.tenant_id()));

alter table api.products enable row level security;
alter table api.products force row level security;
create policy own_tenant on api.products for all to apprun_user
	using (tenant_id = (select apprun.tenant_id()))
	with check (tenant_id = (select apprun.tenant_id()));

alter table api.customers enable row level security;
alter table api.customers force row level security;
create policy own_tenant on api.customers for all to apprun_user
	using (tenant_id = (select apprun.tenant_id()))
	with check (tenant_id = (select apprun.tenant_id()));

alter table api.reviews enable row level security;
alter table api.reviews force row level security;
create policy own_tenant on api.reviews for all to apprun_user
	using (tenant_id = (select apprun.tenant_id()))
	with check (tenant_id = (select apprun.tenant_id()));

alter table api.orders enable row level security;
alter table api.orders force row level security;
create policy own_tenant on api.orders for all to apprun_user
	using (tenant_id = (select apprun.tenant_id()))
	with check (tenant_id = (select apprun.tenant_id()));

alter table api.order_items enable row level security;
alter table api.order_items force row level security;
create policy own_tenant on api.order_items for all to apprun_user
	using (tenant_id = (select apprun.tenant_id()))
	with check (tenant_id = (select apprun.tenant_id()));

alter table api.tags enable row level security;
alter table api.tags force row level security;
create policy own_tenant on api.tags for all to apprun_user
	using (tenant_id = (select apprun.tenant_id()))
	with check (tenant_id = (select apprun.tenant_id()));

alter table api.product_tags enable row level security;
alter table api.product_tags force row level security;
create policy own_tenant on api.product_tags for all to apprun_user
	using (tenant_id = (select apprun.tenant_id()))
	with check (tenant_id = (select apprun.tenant_id()));
