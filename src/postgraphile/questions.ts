// The questions of the comparison: each asked of apprun, of PostGraphile and of PostgREST alone, on the demo, so that the
// three must give the same rows. The load tests send the same ones.
//
// PostGraphile's come from its Amber preset without further plugins, which can filter by equality only.

/** A GraphQL operation. */
export interface GraphqlQuestion {
	readonly query: string;
	readonly variables: Readonly<Record<string, unknown>>;
}

/** A request to PostgREST, as a person who knows it well would write it. */
export interface PostgrestQuestion {
	readonly method: "GET" | "POST";
	/** With query, not encoded. */
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Readonly<Record<string, unknown>> | null;
}

/** One question, three ways. */
export interface Question {
	readonly name: string;
	/** Makes a row; `[<id>]` in it stands for a text that is new each time. */
	readonly writes: boolean;
	readonly apprun: GraphqlQuestion;
	readonly postgraphile: GraphqlQuestion;
	readonly postgrest: PostgrestQuestion;
}

/** What the questions name: a product and a category of the tenant that asks. */
export interface KnownRows {
	readonly tenantId: string;
	readonly productId: string;
	readonly categoryId: string;
}

/** How every row begins that a question makes. */
export const madeRowPrefix = "zz bench ";

const read = (path: string): PostgrestQuestion => ({ method: "GET", path, headers: {}, body: null });

/** The questions. */
export function questions({ tenantId, productId, categoryId }: KnownRows): readonly Question[] {
	return Object.freeze([list(), nested(), byId(tenantId, productId), filteredAggregate(categoryId), deep(), create()]);
}

function list(): Question {
	return {
		name: "list",
		writes: false,
		apprun: {
			query: `query List($limit: Int!) {
				products(orderBy: [{ name: ASC }], limit: $limit) { id name price stockUnits releasedOn }
			}`,
			variables: { limit: 20 },
		},
		postgraphile: {
			query: `query List($limit: Int!) {
				products: allProducts(orderBy: [NAME_ASC], first: $limit) {
					nodes { id: rowId name price stockUnits releasedOn }
				}
			}`,
			variables: { limit: 20 },
		},
		postgrest: read(
			"/products?select=id,name,price::text,stockUnits:stock_units::text,releasedOn:released_on&order=name.asc,id.asc&limit=20",
		),
	};
}

function nested(): Question {
	return {
		name: "nested",
		writes: false,
		apprun: {
			query: `query Nested($limit: Int!, $reviews: Int!) {
				products(orderBy: [{ name: ASC }], limit: $limit) {
					id name price
					category { id name }
					reviews(limit: $reviews) { id rating title body }
				}
			}`,
			variables: { limit: 20, reviews: 5 },
		},
		postgraphile: {
			query: `query Nested($limit: Int!, $reviews: Int!) {
				products: allProducts(orderBy: [NAME_ASC], first: $limit) {
					nodes {
						id: rowId name price
						category: categoryByTenantIdAndCategoryId { id: rowId name }
						reviews: reviewsByTenantIdAndProductId(first: $reviews) { nodes { id: rowId rating title body } }
					}
				}
			}`,
			variables: { limit: 20, reviews: 5 },
		},
		postgrest: read(
			"/products?select=id,name,price::text,category:categories!products_category_fkey(id,name),reviews:reviews!reviews_product_fkey(id,rating,title,body)&order=name.asc,id.asc&limit=20&reviews.order=id.asc&reviews.limit=5",
		),
	};
}

function byId(tenantId: string, id: string): Question {
	return {
		name: "by id",
		writes: false,
		apprun: {
			query: "query ById($id: UUID!) { product(id: $id) { id name price stockUnits releasedOn } }",
			variables: { id },
		},
		postgraphile: {
			query: `query ById($tenantId: UUID!, $id: UUID!) {
				product: productByTenantIdAndRowId(tenantId: $tenantId, rowId: $id) {
					id: rowId name price stockUnits releasedOn
				}
			}`,
			variables: { tenantId, id },
		},
		postgrest: read(
			`/products?select=id,name,price::text,stockUnits:stock_units::text,releasedOn:released_on&id=eq.${id}&limit=1`,
		),
	};
}

/** A count, which is all that PostGraphile aggregates without plugins. */
function filteredAggregate(categoryId: string): Question {
	return {
		name: "filtered aggregate",
		writes: false,
		apprun: {
			query: `query Filtered($category: UUID!) {
				products: productsAggregate(where: { categoryId: { eq: $category } }) { count }
			}`,
			variables: { category: categoryId },
		},
		postgraphile: {
			query: `query Filtered($category: UUID!) {
				products: allProducts(condition: { categoryId: $category }) { count: totalCount }
			}`,
			variables: { category: categoryId },
		},
		postgrest: read(`/products?select=count()&category_id=eq.${categoryId}`),
	};
}

function deep(): Question {
	return {
		name: "deep",
		writes: false,
		apprun: {
			query: `query Deep($customers: Int!) {
				customers(orderBy: [{ name: ASC }], limit: $customers) {
					name
					orders(limit: 3) {
						reference
						orderItems(limit: 5) { quantity product { name category { name } } }
					}
				}
			}`,
			variables: { customers: 10 },
		},
		postgraphile: {
			query: `query Deep($customers: Int!) {
				customers: allCustomers(orderBy: [NAME_ASC], first: $customers) {
					nodes {
						name
						orders: ordersByTenantIdAndCustomerId(first: 3) {
							nodes {
								reference
								orderItems: orderItemsByTenantIdAndOrderId(first: 5) {
									nodes {
										quantity
										product: productByTenantIdAndProductId {
											name
											category: categoryByTenantIdAndCategoryId { name }
										}
									}
								}
							}
						}
					}
				}
			}`,
			variables: { customers: 10 },
		},
		postgrest: read(
			"/customers?select=name,orders:orders!orders_customer_fkey(reference,orderItems:order_items!order_items_order_fkey(quantity,product:products!order_items_product_fkey(name,category:categories!products_category_fkey(name))))&order=name.asc,id.asc&limit=10&orders.order=id.asc&orders.limit=3&orders.order_items.order=id.asc&orders.order_items.limit=5",
		),
	};
}

function create(): Question {
	const row = { name: `${madeRowPrefix}[<id>]`, price: "12.50" };
	return {
		name: "create",
		writes: true,
		apprun: {
			query: "mutation Create($input: ProductInput!) { createProduct(input: $input) { name price } }",
			variables: { input: row },
		},
		postgraphile: {
			query: `mutation Create($product: ProductInput!) {
				created: createProduct(input: { product: $product }) { product { name price } }
			}`,
			variables: { product: row },
		},
		postgrest: {
			method: "POST",
			path: "/products?select=name,price::text",
			headers: { prefer: "return=representation" },
			body: row,
		},
	};
}
