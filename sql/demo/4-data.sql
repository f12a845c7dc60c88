-- Rows of the demo: the same bytes every time. No clock and no random(): ids and choices come from md5 of a name.

set local timezone = 'UTC';

-- A v4-shaped uuid that belongs to a name.
create function pg_temp.id(name text) returns uuid language sql immutable return
	overlay(overlay(md5(name) placing '4' from 13 for 1) placing '8' from 17 for 1)::uuid;

-- A number from 0 to below - 1 that belongs to a name.
create function pg_temp.pick(name text, below integer) returns integer language sql immutable return
	(('x' || substr(md5(name), 1, 7))::bit(28)::integer) % below;

-- An element that belongs to a name.
create function pg_temp.one_of(name text, choices text[]) returns text language sql immutable return
	choices[1 + pg_temp.pick(name, cardinality(choices))];

insert into apprun.tenants (id, slug, name, created_at)
select number_id::uuid, slug, name, timestamptz '2024-01-01 00:00:00+00'
from (values
	('11111111-1111-4111-8111-111111111111', 'acme', 'Acme Home'),
	('22222222-2222-4222-8222-222222222222', 'globex', 'Globex Living'),
	('33333333-3333-4333-8333-333333333333', 'initech', 'Initech Supplies'),
	('44444444-4444-4444-8444-444444444444', 'umbrella', 'Umbrella Outfitters'),
	('55555555-5555-4555-8555-555555555555', 'hooli', 'Hooli Market')
) as demo (number_id, slug, name);

create temporary table tenant on commit drop as
select id, slug, row_number() over (order by id)::integer as place
from apprun.tenants
where slug in ('acme', 'globex', 'initech', 'umbrella', 'hooli');

create temporary table category on commit drop as
select * from (values
	(1, 'Kitchen', null, 'Everything to cook and serve with.'),
	(2, 'Living', null, 'For the rooms that one lives in.'),
	(3, 'Garden', null, 'For balconies and beds.'),
	(4, 'Office', null, 'For the desk, at home and elsewhere.'),
	(5, 'Cookware', 'Kitchen', 'Pots and pans.'),
	(6, 'Tableware', 'Kitchen', 'Plates, bowls and cups.'),
	(7, 'Lighting', 'Living', 'Lamps of all sizes.'),
	(8, 'Textiles', 'Living', 'Soft things.'),
	(9, 'Furniture', 'Living', 'To sit on and to put things on.'),
	(10, 'Planters', 'Garden', 'Pots for plants.'),
	(11, 'Tools', 'Garden', 'To dig, cut and water with.'),
	(12, 'Stationery', 'Office', null),
	(13, 'Storage', 'Office', 'Boxes, trays and shelves.')
) as demo (place, name, parent, description);

insert into api.categories (tenant_id, id, parent_id, name, description, sort_order)
select
	t.id,
	pg_temp.id(t.slug || '/category/' || c.name),
	case when c.parent is not null then pg_temp.id(t.slug || '/category/' || c.parent) end,
	c.name,
	c.description,
	c.place
from tenant t cross join category c
order by t.place, c.place;

-- What products are made of: each kind of thing comes in the materials of its category.
create temporary table kind on commit drop as
select row_number() over (order by k.place, noun.place)::integer - 1 as place, k.category, k.materials, noun.name as noun, k.base
from (values
	(1, 'Cookware', array['Copper', 'Cast Iron', 'Steel', 'Enamel', 'Aluminium'], array['Saucepan', 'Frying Pan', 'Casserole', 'Stockpot', 'Wok'], 39),
	(2, 'Tableware', array['Stoneware', 'Porcelain', 'Glass', 'Bamboo', 'Terracotta'], array['Dinner Plate', 'Soup Bowl', 'Mug', 'Carafe', 'Serving Dish'], 12),
	(3, 'Lighting', array['Brass', 'Opal Glass', 'Paper', 'Oak', 'Rattan'], array['Desk Lamp', 'Floor Lamp', 'Pendant', 'Lantern', 'Wall Light'], 64),
	(4, 'Textiles', array['Linen', 'Wool', 'Cotton', 'Velvet', 'Mohair'], array['Blanket', 'Cushion', 'Curtain', 'Rug', 'Tablecloth'], 34),
	(5, 'Furniture', array['Oak', 'Walnut', 'Beech', 'Pine', 'Steel'], array['Stool', 'Side Table', 'Armchair', 'Bench', 'Bookcase'], 149),
	(6, 'Planters', array['Terracotta', 'Zinc', 'Concrete', 'Cedar', 'Glazed Clay'], array['Flower Pot', 'Window Box', 'Hanging Basket', 'Herb Planter', 'Raised Bed'], 18),
	(7, 'Tools', array['Forged Steel', 'Carbon Steel', 'Ash', 'Copper', 'Stainless'], array['Trowel', 'Pruning Shears', 'Watering Can', 'Garden Fork', 'Hand Rake'], 22),
	(8, 'Stationery', array['Recycled Paper', 'Leather', 'Cork', 'Brass', 'Kraft'], array['Notebook', 'Pen Case', 'Letter Opener', 'Desk Pad', 'Planner'], 9)
) as k (place, category, materials, nouns, base)
cross join unnest(k.nouns) with ordinality as noun (name, place);

-- 40 kinds × 10 variants = 400. Within a kind the ten adjectives differ, so no two products share a name.
create temporary table product on commit drop as
select
	t.id as tenant_id, t.slug, t.place as tenant_place, n, k.category, k.noun, k.base,
	t.slug || '/product/' || n as key,
	pg_temp.id(t.slug || '/product/' || n) as id,
	(array['Rustic', 'Modern', 'Classic', 'Slim', 'Compact', 'Handmade', 'Nordic', 'Vintage', 'Sturdy', 'Everyday',
		'Plain', 'Polished', 'Coastal', 'Alpine', 'Studio', 'Heritage'])
		[1 + (n / 40 + k.place * 3 + t.place * 5) % 16] as adjective,
	k.materials[1 + (n / 40 + k.place + t.place) % 5] as material,
	pg_temp.one_of('colour/' || t.slug || n, array['white', 'black', 'sand', 'sage', 'navy', 'rust', 'charcoal', 'ochre']) as colour
from tenant t
cross join generate_series(0, 399) as n
join kind k on k.place = n % 40;

insert into api.products (tenant_id, id, category_id, sku, name, description, price, stock_units, attributes, keywords,
	available_during, released_on, warranty, created_at)
select
	tenant_id,
	id,
	case when n % 40 <> 39 then pg_temp.id(slug || '/category/' || category) end,
	case when n % 20 <> 13 then upper(left(replace(noun, ' ', ''), 3)) || '-' || lpad((1000 + n)::text, 5, '0') end,
	adjective || ' ' || material || ' ' || noun,
	case when n % 15 <> 7 then
		'A ' || lower(adjective) || ' ' || lower(noun) || ' of ' || lower(material) || ', in ' || colour || '. '
		|| pg_temp.one_of('sentence/' || key, array['Made to be used every day.', 'Easy to clean and to repair.',
			'Made in small batches.', 'A gift that lasts.', 'It grows more beautiful with age.', 'Light enough for one hand.'])
	end,
	base + pg_temp.pick('euro/' || key, base * 2)
		+ (array[0.00, 0.49, 0.50, 0.90, 0.95, 0.99])[1 + pg_temp.pick('cent/' || key, 6)],
	-- One in eight is sold out; one holds a number that a JavaScript number would round.
	case when n = 399 then 9007199254740993 when n % 8 = 5 then 0 else pg_temp.pick('stock/' || key, 500) end,
	jsonb_build_object(
		'colour', colour,
		'material', material,
		'dimensions', jsonb_build_object(
			'width', 8 + pg_temp.pick('width/' || key, 40),
			'height', 8 + pg_temp.pick('height/' || key, 60),
			'unit', 'cm'
		),
		'handmade', adjective = 'Handmade'
	),
	array[lower(noun), lower(material), colour],
	case n % 3
		when 0 then null
		when 1 then daterange(date '2024-01-01' + pg_temp.pick('from/' || key, 365), null)
		else daterange(
			date '2024-01-01' + pg_temp.pick('from/' || key, 365),
			date '2026-01-01' + pg_temp.pick('until/' || key, 365)
		)
	end,
	case when n % 25 <> 11 then date '2022-01-01' + pg_temp.pick('release/' || key, 1095) end,
	case n % 4 when 0 then interval '1 year' when 1 then interval '2 years' when 2 then interval '6 months 15 days' end,
	timestamptz '2024-01-01 08:00:00+00' + pg_temp.pick('created/' || key, 525600) * interval '1 minute'
from product
order by tenant_place, n;

create temporary table customer on commit drop as
select
	t.id as tenant_id, t.slug, t.place as tenant_place, n,
	t.slug || '/customer/' || n as key,
	pg_temp.id(t.slug || '/customer/' || n) as id,
	(array['Ada', 'Björn', 'Chloé', 'Dmitri', 'Elif', 'Farah', 'Giulia', 'Hiro', 'Inês', 'Jonas'])
		[1 + n % 10] as first_name,
	(array['Almeida', 'Berg', 'Chen', 'Dubois', 'Eriksen', 'Fischer', 'García', 'Haddad', 'Ivanova', 'Jansen', 'Kowalski', 'O''Brien'])
		[1 + (n / 10 + t.place * 2) % 12] as last_name
from tenant t
cross join generate_series(0, 79) as n;

insert into api.customers (tenant_id, id, name, email, city, born_on, accepts_marketing, created_at)
select
	tenant_id,
	id,
	first_name || ' ' || last_name,
	translate(lower(first_name || '.' || last_name), 'öéêí''', 'oeei') || '@example.' ||
		(array['com', 'net', 'org'])[1 + n % 3],
	case when n % 9 <> 4 then
		pg_temp.one_of('city/' || key, array['Lisbon', 'Malmö', 'Lyon', 'Ghent', 'Graz', 'Bologna', 'Kraków', 'Cork'])
	end,
	case when n % 5 <> 3 then date '1950-01-01' + pg_temp.pick('born/' || key, 20000) end,
	pg_temp.pick('marketing/' || key, 3) = 0,
	timestamptz '2023-01-01 09:00:00+00' + pg_temp.pick('joined/' || key, 525600) * interval '1 minute'
from customer
order by tenant_place, n;

create temporary table review on commit drop as
select
	t.id as tenant_id, t.slug, t.place as tenant_place, n,
	t.slug || '/review/' || n as key,
	(array[5, 4, 5, 3, 4, 2, 5, 4, 1, 3])[1 + pg_temp.pick('rating/' || t.slug || n, 10)]::smallint as rating
from tenant t
cross join generate_series(0, 1999) as n;

-- Products 390 to 399 have no review, the others about five.
insert into api.reviews (tenant_id, id, product_id, customer_id, rating, title, body, created_at)
select
	tenant_id,
	pg_temp.id(key),
	pg_temp.id(slug || '/product/' || pg_temp.pick('of/' || key, 390)),
	case when n % 10 <> 6 then pg_temp.id(slug || '/customer/' || pg_temp.pick('by/' || key, 80)) end,
	rating,
	case when n % 7 <> 2 then
		(array['Broke within a week', 'Not what I hoped for', 'It is all right', 'Very good', 'Would buy it again'])[rating]
	end,
	case when n % 6 <> 1 then
		(array[
			'The finish came off and nobody answered my mail.',
			'Smaller than the pictures make one think.',
			'Does what it should, no more and no less.',
			'Well made, only the parcel was late.',
			'We use it every day and it still looks like new.'
		])[rating] || ' ' || pg_temp.one_of('body/' || key, array['Bought it for my kitchen.', 'It was a present.',
			'My second one.', 'The colour is lovely.', 'Delivery took three days.'])
	end,
	timestamptz '2025-01-01 00:00:00+00' + pg_temp.pick('written/' || key, 31536000) * interval '1 second'
from review
order by tenant_place, n;

create temporary table "order" on commit drop as
select
	t.id as tenant_id, t.slug, t.place as tenant_place, n,
	t.slug || '/order/' || n as key,
	pg_temp.id(t.slug || '/order/' || n) as id,
	timestamptz '2025-02-01 00:00:00+00' + n * interval '1 day 3 hours'
		+ pg_temp.pick('placed/' || t.slug || n, 86400) * interval '1 second' as placed_at,
	(array['delivered', 'delivered', 'shipped', 'paid', 'pending', 'delivered', 'cancelled', 'delivered', 'refunded', 'shipped'])
		[1 + pg_temp.pick('status/' || t.slug || n, 10)]::api.order_status as status
from tenant t
cross join generate_series(0, 199) as n;

insert into api.orders (tenant_id, id, customer_id, reference, status, shipping_address, delivery_window, note, placed_at)
select
	tenant_id,
	id,
	pg_temp.id(slug || '/customer/' || pg_temp.pick('customer/' || key, 80)),
	upper(slug) || '-2025-' || lpad((n + 1)::text, 5, '0'),
	status,
	case when n % 12 <> 5 then
		jsonb_build_object(
			'street', pg_temp.one_of('street/' || key, array['Mill Lane', 'Station Road', 'Rue du Lac', 'Am Markt', 'Via Roma'])
				|| ' ' || (1 + pg_temp.pick('house/' || key, 120)),
			'postcode', lpad(pg_temp.pick('postcode/' || key, 100000)::text, 5, '0'),
			'city', pg_temp.one_of('town/' || key, array['Lisbon', 'Malmö', 'Lyon', 'Ghent', 'Graz', 'Bologna', 'Kraków', 'Cork'])
		)
	end,
	case when status in ('shipped', 'delivered') then
		tstzrange(date_trunc('hour', placed_at) + interval '2 days', date_trunc('hour', placed_at) + interval '2 days 4 hours')
	end,
	case when n % 8 = 3 then
		pg_temp.one_of('note/' || key, array['Please leave it with the neighbour.', 'Ring twice.', 'It is a gift: no invoice in the box.'])
	end,
	placed_at
from "order"
order by tenant_place, n;

-- One to five lines an order, each another product.
insert into api.order_items (tenant_id, id, order_id, product_id, quantity, unit_price)
select
	o.tenant_id,
	pg_temp.id(o.key || '/line/' || line),
	o.id,
	p.id,
	1 + pg_temp.pick('quantity/' || o.key || '/' || line, 4),
	p.price
from "order" o
cross join generate_series(1, 5) as line
join api.products p
	on p.tenant_id = o.tenant_id
	and p.id = pg_temp.id(o.slug || '/product/' || (pg_temp.pick('basket/' || o.key, 400) + line * 79) % 400)
where line <= 1 + pg_temp.pick('lines/' || o.key, 5)
order by o.tenant_place, o.n, line;

create temporary table tag on commit drop as
select row_number() over ()::integer - 1 as place, name, color from (values
	('new', '#2e7d32'), ('sale', '#c62828'), ('bestseller', '#f9a825'), ('organic', '#558b2f'), ('handmade', '#6d4c41'),
	('gift idea', '#ad1457'), ('limited', '#4527a0'), ('recycled', '#00695c'), ('vegan', null), ('fair trade', '#1565c0'),
	('outdoor', '#37474f'), ('last pieces', null)
) as demo (name, color);

insert into api.tags (tenant_id, id, name, color)
select t.id, pg_temp.id(t.slug || '/tag/' || g.name), g.name, g.color
from tenant t cross join tag g
order by t.place, g.place;

-- None to three tags a product.
insert into api.product_tags (tenant_id, product_id, tag_id)
select p.tenant_id, p.id, pg_temp.id(p.slug || '/tag/' || g.name)
from product p
cross join generate_series(1, 3) as slot
join tag g on g.place = (pg_temp.pick('tag/' || p.key, 12) + slot * 5) % 12
where slot <= pg_temp.pick('tags/' || p.key, 4)
order by p.tenant_place, p.n, slot;

refresh materialized view demo.product_sales;

drop function pg_temp.one_of(text, text[]);
drop function pg_temp.pick(text, integer);
drop function pg_temp.id(text);
analyze apprun.tenants, api.categories, api.products, api.customers, api.reviews, api.orders, api.order_items, api.tags,
	api.product_tags, demo.product_sales;
