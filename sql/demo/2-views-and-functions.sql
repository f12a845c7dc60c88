-- Views and functions of the demo. Names in a `return` or `begin atomic` body are resolved when the function is made:
-- no caller's search_path can change what they mean. All run with the rights of the caller, but for one, which says why.

create view api.product_ratings with (security_invoker = true) as
	select
		p.tenant_id,
		p.id as product_id,
		p.name,
		count(r.id) as review_count,
		round(avg(r.rating), 2) as average_rating
	from api.products p
	left join api.reviews r on r.tenant_id = p.tenant_id and r.product_id = p.id
	group by p.tenant_id, p.id;

-- A materialized view holds the rows of every tenant and cannot have row level security: nobody is granted it.
create materialized view demo.product_sales as
	select
		p.tenant_id,
		p.id as product_id,
		p.name,
		coalesce(sum(i.quantity), 0)::bigint as units_sold,
		coalesce(sum(i.line_total), 0)::numeric(14, 2) as revenue,
		max(o.placed_at) as last_ordered_at
	from api.products p
	left join (
		api.order_items i
		join api.orders o
			on o.tenant_id = i.tenant_id and o.id = i.order_id and o.status not in ('cancelled', 'refunded')
	) on i.tenant_id = p.tenant_id and i.product_id = p.id
	group by p.tenant_id, p.id
	with no data;
create unique index product_sales_key on demo.product_sales (tenant_id, product_id);

-- The one door to it. SECURITY DEFINER, because it reads what its caller may not; it takes no argument, and the tenant
-- comes from the verified claims.
create function demo.own_product_sales() returns setof demo.product_sales
	language sql stable parallel safe security definer rows 400
	set search_path = pg_catalog, pg_temp
	begin atomic
		select s.tenant_id, s.product_id, s.name, s.units_sold, s.revenue, s.last_ordered_at
		from demo.product_sales s
		where s.tenant_id = (select apprun.tenant_id());
	end;

create view api.product_sales with (security_invoker = true) as
	select s.tenant_id, s.product_id, s.name, s.units_sold, s.revenue, s.last_ordered_at
	from demo.own_product_sales() s;

-- PostgREST 12.0.2 follows a foreign key from a table to itself towards the one only when it is a single column. A
-- function named like the constraint takes its place (a "computed relationship"): categories_parent_fkey(…) in a select.
create function api.categories_parent_fkey(category api.categories) returns setof api.categories
	language sql stable parallel safe rows 1
	begin atomic
		select c.tenant_id, c.id, c.parent_id, c.name, c.description, c.sort_order
		from api.categories c
		where c.tenant_id = category.tenant_id and c.id = category.parent_id;
	end;

-- Computed fields: functions of one row.
create function api.average_rating(product api.products) returns numeric
	language sql stable parallel safe
	return (
		select round(avg(r.rating), 2)
		from api.reviews r
		where r.tenant_id = product.tenant_id and r.product_id = product.id
	);

create function api.total_price("order" api.orders) returns numeric
	language sql stable parallel safe
	return (
		select coalesce(sum(i.line_total), 0)
		from api.order_items i
		where i.tenant_id = "order".tenant_id and i.order_id = "order".id
	);

create function api.search_products(query text) returns setof api.products
	language sql stable parallel safe rows 20
	begin atomic
		select p.*
		from api.products p
		where p.search @@ websearch_to_tsquery('english', query)
		order by ts_rank(p.search, websearch_to_tsquery('english', query)) desc, p.id;
	end;

create function api.restock_product(product_id uuid, units bigint) returns api.products
	language sql volatile
	begin atomic
		update api.products p
		set stock_units = p.stock_units + units
		where p.tenant_id = (select apprun.tenant_id()) and p.id = product_id
		returning p.*;
	end;
