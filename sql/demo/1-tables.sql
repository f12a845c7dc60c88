-- Tables of the demo. Every key and index starts with the tenant: a row cannot point at another tenant's row, and a
-- unique violation or a foreign key tells nobody what another tenant has.

create schema api;
comment on schema api is 'The demo: a small shop for each tenant. Exposed by PostgREST.';

-- What callers must not reach directly. Never exposed.
create schema demo;
comment on schema demo is 'Internals of the demo. Not exposed.';

create type api.order_status as enum ('pending', 'paid', 'shipped', 'delivered', 'cancelled', 'refunded');
comment on type api.order_status is 'How far an order has come.';

create table api.categories (
	tenant_id uuid not null default apprun.tenant_id(),
	id uuid not null default gen_random_uuid(),
	parent_id uuid,
	name text not null check (length(name) between 1 and 200),
	description text,
	sort_order integer not null default 0,
	primary key (tenant_id, id),
	unique (tenant_id, name),
	constraint categories_parent_fkey foreign key (tenant_id, parent_id)
		references api.categories (tenant_id, id) on delete set null (parent_id)
);
create index categories_parent_idx on api.categories (tenant_id, parent_id);

create table api.products (
	tenant_id uuid not null default apprun.tenant_id(),
	id uuid not null default gen_random_uuid(),
	category_id uuid,
	sku text check (length(sku) between 1 and 64),
	name text not null check (length(name) between 1 and 200),
	description text,
	price numeric(12, 2) not null default 0 check (price >= 0),
	stock_units bigint not null default 0 check (stock_units >= 0),
	attributes jsonb not null default '{}',
	keywords text[] not null default '{}',
	available_during daterange,
	released_on date,
	warranty interval,
	created_at timestamptz not null default now(),
	search tsvector not null generated always as (
		setweight(to_tsvector('english', name), 'A') || setweight(to_tsvector('english', coalesce(description, '')), 'B')
	) stored,
	primary key (tenant_id, id),
	unique (tenant_id, sku),
	constraint products_category_fkey foreign key (tenant_id, category_id)
		references api.categories (tenant_id, id) on delete set null (category_id)
);
create index products_name_idx on api.products (tenant_id, name);
create index products_category_idx on api.products (tenant_id, category_id);

create table api.customers (
	tenant_id uuid not null default apprun.tenant_id(),
	id uuid not null default gen_random_uuid(),
	name text not null check (length(name) between 1 and 200),
	email text not null check (email like '%_@_%'),
	city text,
	born_on date,
	accepts_marketing boolean not null default false,
	created_at timestamptz not null default now(),
	primary key (tenant_id, id),
	unique (tenant_id, email)
);
create index customers_name_idx on api.customers (tenant_id, name);

create table api.reviews (
	tenant_id uuid not null default apprun.tenant_id(),
	id uuid not null default gen_random_uuid(),
	product_id uuid not null,
	customer_id uuid,
	rating smallint not null check (rating between 1 and 5),
	title text,
	body text,
	created_at timestamptz not null default now(),
	primary key (tenant_id, id),
	constraint reviews_product_fkey foreign key (tenant_id, product_id)
		references api.products (tenant_id, id) on delete cascade,
	constraint reviews_customer_fkey foreign key (tenant_id, customer_id)
		references api.customers (tenant_id, id) on delete set null (customer_id)
);
create index reviews_product_idx on api.reviews (tenant_id, product_id);
create index reviews_customer_idx on api.reviews (tenant_id, customer_id);

create table api.orders (
	tenant_id uuid not null default apprun.tenant_id(),
	id uuid not null default gen_random_uuid(),
	customer_id uuid not null,
	reference text check (length(reference) between 1 and 64),
	status api.order_status not null default 'pending',
	shipping_address jsonb,
	delivery_window tstzrange,
	note text,
	placed_at timestamptz not null default now(),
	primary key (tenant_id, id),
	unique (tenant_id, reference),
	constraint orders_customer_fkey foreign key (tenant_id, customer_id)
		references api.customers (tenant_id, id) on delete restrict
);
create index orders_customer_idx on api.orders (tenant_id, customer_id);
create index orders_placed_idx on api.orders (tenant_id, placed_at);

create table api.order_items (
	tenant_id uuid not null default apprun.tenant_id(),
	id uuid not null default gen_random_uuid(),
	order_id uuid not null,
	product_id uuid not null,
	quantity integer not null default 1 check (quantity > 0),
	unit_price numeric(12, 2) not null check (unit_price >= 0),
	line_total numeric(14, 2) not null generated always as (unit_price * quantity) stored,
	primary key (tenant_id, id),
	constraint order_items_order_fkey foreign key (tenant_id, order_id)
		references api.orders (tenant_id, id) on delete cascade,
	constraint order_items_product_fkey foreign key (tenant_id, product_id)
		references api.products (tenant_id, id) on delete restrict
);
create index order_items_order_idx on api.order_items (tenant_id, order_id);
create index order_items_product_idx on api.order_items (tenant_id, product_id);

create table api.tags (
	tenant_id uuid not null default apprun.tenant_id(),
	id uuid not null default gen_random_uuid(),
	name text not null check (length(name) between 1 and 100),
	color text check (color ~ '^#[0-9a-f]{6}$'),
	primary key (tenant_id, id),
	unique (tenant_id, name)
);

create table api.product_tags (
	tenant_id uuid not null default apprun.tenant_id(),
	product_id uuid not null,
	tag_id uuid not null,
	primary key (tenant_id, product_id, tag_id),
	constraint product_tags_product_fkey foreign key (tenant_id, product_id)
		references api.products (tenant_id, id) on delete cascade,
	constraint product_tags_tag_fkey foreign key (tenant_id, tag_id)
		references api.tags (tenant_id, id) on delete cascade
);
create index product_tags_tag_idx on api.product_tags (tenant_id, tag_id);
