-- Comments become the descriptions of the GraphQL schema; '@omit' keeps a column out of it.

comment on table api.categories is 'What a product is filed under; a tree.';
comment on column api.categories.tenant_id is 'Tenant that the row belongs to; filled from the caller''s claims.';
comment on column api.categories.parent_id is 'The category above; null at the top.';
comment on column api.categories.sort_order is 'Place among the categories of the same parent, lowest first.';

comment on table api.products is 'What the shop sells.';
comment on column api.products.tenant_id is 'Tenant that the row belongs to; filled from the caller''s claims.';
comment on column api.products.sku is 'Article number, unique within the tenant; null until one is given.';
comment on column api.products.price is 'Price in euro, before discounts.';
comment on column api.products.stock_units is 'Units on hand. May be larger than a JavaScript number can hold.';
comment on column api.products.attributes is 'Properties that differ from product to product, such as colour and dimensions.';
comment on column api.products.keywords is 'Words that customers look for.';
comment on column api.products.available_during is 'Days on which it can be ordered; null means always.';
comment on column api.products.released_on is 'Day of the first sale; null when that is still ahead.';
comment on column api.products.warranty is 'How long it is guaranteed; null means as the law says.';
comment on column api.products.search is 'Words of name and description, for text search; the database computes them.';

comment on table api.customers is 'Who buys.';
comment on column api.customers.tenant_id is 'Tenant that the row belongs to; filled from the caller''s claims.';
comment on column api.customers.email is 'Address for mail, unique within the tenant.';
comment on column api.customers.accepts_marketing is 'Whether news may be sent.';

comment on table api.reviews is 'What customers say about a product.';
comment on column api.reviews.tenant_id is 'Tenant that the row belongs to; filled from the caller''s claims.';
comment on column api.reviews.customer_id is 'Who wrote it; null when anonymous or when the customer is gone.';
comment on column api.reviews.rating is 'From 1, poor, to 5, excellent.';

comment on table api.orders is 'What a customer bought at one time.';
comment on column api.orders.tenant_id is 'Tenant that the row belongs to; filled from the caller''s claims.';
comment on column api.orders.reference is 'Number on the invoice, unique within the tenant.';
comment on column api.orders.shipping_address is 'Where it goes: street, city, postcode, country.';
comment on column api.orders.delivery_window is 'When the carrier comes; null until it is agreed.';

comment on table api.order_items is 'One line of an order.';
comment on column api.order_items.tenant_id is 'Tenant that the row belongs to; filled from the caller''s claims.';
comment on column api.order_items.unit_price is 'Price of one unit in euro at the time of the order.';
comment on column api.order_items.line_total is 'unit_price × quantity; the database computes it.';

comment on table api.tags is 'Labels that products carry.';
comment on column api.tags.tenant_id is 'Tenant that the row belongs to; filled from the caller''s claims.';
comment on column api.tags.color is 'Background of the label, such as #3366cc.';

comment on table api.product_tags is 'Which product carries which tag.';
comment on column api.product_tags.tenant_id is 'Tenant that the row belongs to; filled from the caller''s claims.';

comment on view api.product_ratings is 'Reviews of each product in numbers, as of now.';
comment on view api.product_sales is 'Units and revenue of each product, as of the last refresh.';
comment on function api.categories_parent_fkey(api.categories) is '@omit';
comment on function api.average_rating(api.products) is 'Mean of the product''s ratings; null without a review.';
comment on function api.total_price(api.orders) is 'Sum over the order''s lines, in euro.';
comment on function api.search_products(text) is 'Products whose name or description matches, best first. Understands quotes, or, and -.';
comment on function api.restock_product(uuid, bigint) is 'Adds units to the stock of a product; null when there is no such product.';
