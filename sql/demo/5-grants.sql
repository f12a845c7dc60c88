-- What a signed-in caller may do in the demo. Row level security (sql/rls/demo.sql) says on which rows. Anonymous
-- callers are granted nothing.

grant usage on schema api to apprun_user;
grant select, insert, update, delete on
	api.categories, api.products, api.customers, api.reviews, api.orders, api.order_items, api.tags, api.product_tags
	to apprun_user;
grant select on api.product_ratings, api.product_sales to apprun_user;

revoke all on all functions in schema api, demo from public;
grant execute on function
	api.categories_parent_fkey(api.categories),
	api.average_rating(api.products),
	api.total_price(api.orders),
	api.search_products(text),
	api.restock_product(uuid, bigint),
	demo.own_product_sales()
	to apprun_user;
