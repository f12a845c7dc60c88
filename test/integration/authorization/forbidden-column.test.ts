// Every way that we could think of to get a forbidden column past the check: a reader of acme may not see customers.email.
// Each is refused with 403, completed from plans and through graphql-js alike, and nothing is sent to PostgREST.
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import { acme, askAs, seen } from "../../support/ask-as.ts";
import { type GraphqlBody, graphqlRequest, type OpenApp, openApp } from "../../support/open-app.ts";
import { sentDuring } from "../../support/sent-requests.ts";

let apps: Readonly<Record<"plan" | "graphql", OpenApp>>;
beforeAll(async () => {
	apps = { plan: await openApp(), graphql: await openApp({ completion: "graphql" }) };
});
afterAll(async () => {
	await apps.plan.close();
	await apps.graphql.close();
});

const someId = "11111111-0000-4000-8000-000000000000";

/** The column in what is read. */
const selections: Readonly<Record<string, GraphqlBody>> = {
	selected: { query: "{ customers { name email } }" },
	"under another name": { query: "{ customers { name: email } }" },
	"under the name of an allowed column and that column beside it": {
		query: "{ customers { email: name name: email } }",
	},
	"in the second of two lists under aliases": { query: "{ a: customers { name } b: customers { email } }" },
	"in the second of two merged fields": { query: "{ customers { name } customers { email } }" },
	"below a to-one relation": { query: "{ orders { id customer { email } } }" },
	"four levels down": { query: "{ products { reviews { customer { orders { customer { email } } } } } }" },
	"in the second of two merged relations": { query: "{ orders { customer { name } customer { email } } }" },
	"in a fragment of a fragment": {
		query: "{ customers { ...a } } fragment a on Customer { ...b } fragment b on Customer { email }",
	},
	"in inline fragments": { query: "{ ... on Query { customers { ... on Customer { ... { email } } } } }" },
	"in a fragment that is spread twice, allowed once": {
		query: "{ customers { id ...a } orders { customer { ...a } } } fragment a on Customer { email }",
	},
	"with @include true": { query: "{ customers { id email @include(if: true) } }" },
	"with @include by variable": {
		query: "query ($yes: Boolean!) { customers { id email @include(if: $yes) } }",
		variables: { yes: true },
	},
	"with @include by a variable's default": {
		query: "query ($yes: Boolean = true) { customers { id email @include(if: $yes) } }",
	},
	"with @skip by variable": {
		query: "query ($no: Boolean!) { customers { id email @skip(if: $no) } }",
		variables: { no: false },
	},
	"with @skip and @include on the fragment around it": {
		query: "query ($yes: Boolean!) { customers { id ... @include(if: $yes) @skip(if: false) { email } } }",
		variables: { yes: true },
	},
	"with @include on the root field": {
		query: "query ($yes: Boolean!) { products { id } customers @include(if: $yes) { email } }",
		variables: { yes: true },
	},
	"in the edges of a connection": { query: "{ customersConnection { edges { cursor node { name email } } } }" },
	"in the nodes of a connection": { query: "{ customersConnection { nodes { name: email } } }" },
	"in the second of two selections of a connection's rows": {
		query:
			"{ customersConnection { nodes { name } edges { node { id } } again: edges { node { ...a } } } } fragment a on Customer { email }",
	},
	"in a relation of a connection's rows": { query: "{ ordersConnection { nodes { id customer { email } } } }" },
	"by key": { query: `{ customer(id: "${someId}") { email } }` },
	"in what a mutation returns": {
		query: `mutation { updateCustomer(id: "${someId}", patch: { city: "Oslo" }) { email } }`,
	},
	"in what a mutation returns, below a relation": {
		query: `mutation { deleteReview(id: "${someId}") { customer { email } } }`,
	},
	"in the operation that is named": {
		query: "query a { customers { name } } query b { customers { email } }",
		operationName: "b",
	},
};

/** The column where it lets one infer its values. */
const inferences: Readonly<Record<string, GraphqlBody>> = {
	"in a filter": { query: '{ customers(where: { email: { like: "a%" } }) { id } }' },
	"in a filter under and, or and not": {
		query: '{ customers(where: { and: [{ or: [{ not: { email: { eq: "a@b.example" } } }] }] }) { id } }',
	},
	"in a filter by variable": {
		query: "query ($where: CustomerFilter) { customers(where: $where) { id } }",
		variables: { where: { and: [{ not: { or: [{ email: { isNull: false } }] } }] } },
	},
	"in a filter by a variable's default": {
		query: 'query ($where: CustomerFilter = { email: { eq: "a@b.example" } }) { customers(where: $where) { id } }',
	},
	"in a filter with a variable at its leaf": {
		query: "query ($email: String) { customers(where: { email: { eq: $email } }) { id } }",
		variables: { email: "a@b.example" },
	},
	"in a filter that holds nothing": { query: "{ customers(where: { email: {} }) { id } }" },
	"in a filter that can't match a row": {
		query: '{ customers(limit: 0, where: { and: [{ id: { in: [] } }, { email: { eq: "x" } }] }) { id } }',
	},
	"in an order": { query: "{ customers(orderBy: [{ name: ASC }, { email: ASC }]) { id } }" },
	"in an order by variable": {
		query: "query ($orderBy: [CustomerOrder!]) { customers(orderBy: $orderBy) { id } }",
		variables: { orderBy: [{ email: "DESC" }] },
	},
	"in a filter of a to-one relation": { query: '{ orders(where: { customer: { email: { like: "a%" } } }) { id } }' },
	"in a filter of related rows of related rows": {
		query: '{ products(where: { reviews: { some: { customer: { email: { like: "a%" } } } } }) { id } }',
	},
	"in a filter of no related row": {
		query: '{ products(where: { reviews: { none: { customer: { email: { eq: "x" } } } } }) { id } }',
	},
	"in a filter of every related row, by variable": {
		query: "query ($rows: ReviewFilter!) { products(where: { reviews: { every: $rows } }) { id } }",
		variables: { rows: { or: [{ not: { customer: { email: { isNull: false } } } }] } },
	},
	"in the filter of a relation that is selected": {
		query: '{ products { reviews(where: { customer: { email: { regex: "^a" } } }) { id } } }',
	},
	"in an order by a related row": { query: "{ orders(orderBy: [{ customer: { email: ASC } }]) { id } }" },
	"in an order by a related row, by variable, of a relation that is selected": {
		query: "query ($by: [ReviewOrder!]) { products { reviews(orderBy: $by) { id } } }",
		variables: { by: [{ rating: "ASC" }, { customer: { email: "DESC_NULLS_LAST" } }] },
	},
	"in a filter that is only counted": {
		query: '{ customersConnection(where: { email: { like: "a%" } }) { totalCount } }',
	},
	"in a filter of which only the end is asked": {
		query: '{ customersConnection(first: 0, where: { email: { like: "a%" } }) { pageInfo { hasNextPage } } }',
	},
	"in the order that a cursor is made of": {
		query: "{ customersConnection(orderBy: [{ email: ASC }]) { edges { cursor } } }",
	},
	"in the order of a related row that a cursor is made of": {
		query: "{ ordersConnection(orderBy: [{ customer: { email: ASC } }]) { pageInfo { endCursor } } }",
	},
	"in the filter of an aggregate": { query: '{ customersAggregate(where: { email: { like: "a%" } }) { count } }' },
	"as what an aggregate groups by": { query: "{ customersAggregate(groupBy: [email]) { count } }" },
	"as what an aggregate groups by, by variable": {
		query: "query ($by: [OrderColumn!]) { ordersAggregate(groupBy: $by) { count } }",
		variables: { by: ["status", "customer_email"] },
	},
	"as the key of a group": { query: "{ ordersAggregate(groupBy: [status]) { key { customer_email } } }" },
	"as the least value": { query: "{ customersAggregate { min { name email } } }" },
	"as the greatest value, under another name": { query: "{ customersAggregate { top: max { name: email } } }" },
	"in an aggregate beside a relation": {
		query: '{ products { reviewsAggregate(where: { customer: { email: { eq: "x" } } }) { count } } }',
	},
	"as what an aggregate beside a relation groups by": {
		query: "{ products { id reviewsAggregate(groupBy: [customer_email]) { count } } }",
	},
	"in the second run of a document whose first run was allowed": {
		query: "query ($where: CustomerFilter) { customers(where: $where) { id } }",
		variables: { where: { email: { eq: "a@b.example" } } },
	},
	"as a key": { query: '{ customerByEmail(email: "hiro.garcia@example.org") { id } }' },
	"as a key by variable": {
		query: "query ($email: String!) { customerByEmail(email: $email) { id } }",
		variables: { email: "hiro.garcia@example.org" },
	},
};

describe.each(["plan", "graphql"] as const)("completed by %s", (completion) => {
	test.each(Object.entries({ ...selections, ...inferences }))("the column %s", async (_name, body) => {
		const { outcome, requests } = await sentDuring(() => askAs(apps[completion], acme("reader"), body));
		expect(outcome.status).toBe(403);
		expect(outcome.data).toBeNull();
		expect(outcome.errors.map(({ extensions }) => extensions.code)).toContain("FORBIDDEN");
		expect(requests.filter(({ path }) => path.includes("email"))).toEqual([]);
		// An allowed list beside the forbidden one may be read; a mutation may not even begin.
		if (body.query.includes("mutation")) expect(requests).toEqual([]);
	});

	test.each(Object.entries({ ...selections, ...inferences }))("an owner may: %s", async (_name, body) => {
		const { errors } = await askAs(apps[completion], acme("owner"), body);
		expect(errors.map(({ extensions }) => extensions.code)).not.toContain("FORBIDDEN");
	});

	test.each([
		[
			"@include false",
			"query ($yes: Boolean!) { customers(limit: 1) { id email @include(if: $yes) } }",
			{ yes: false },
		],
		["@skip true", "{ customers(limit: 1) { id email @skip(if: true) } }", {}],
		[
			"a fragment that is not spread in",
			"query ($no: Boolean!) { customers(limit: 1) { id ...a @skip(if: $no) } } fragment a on Customer { email }",
			{ no: true },
		],
	])("left out by %s it does no harm", async (_name, query, variables) => {
		const { status, data, errors } = await askAs(apps[completion], acme("reader"), { query, variables });
		expect(errors).toEqual([]);
		expect(status).toBe(200);
		expect(Object.keys(data.customers[0])).toEqual(["id"]);
	});

	test("one document, run with the condition off and on and off", async () => {
		const query = "query ($yes: Boolean!) { customers(limit: 1) { id email @include(if: $yes) } }";
		const codes = [];
		for (const yes of [false, true, false, true]) {
			const { errors } = await askAs(apps[completion], acme("reader"), { query, variables: { yes } });
			codes.push(errors[0]?.extensions.code ?? "ok");
		}
		expect(codes).toEqual(["ok", "FORBIDDEN", "ok", "FORBIDDEN"]);
	});

	test("one document, run by an owner and by a reader", async () => {
		const query = "{ customers(limit: 1) { id email } }";
		const codes = [];
		for (const role of ["owner", "reader", "owner", "reader"]) {
			const { errors } = await askAs(apps[completion], acme(role), query);
			codes.push(errors[0]?.extensions.code ?? "ok");
		}
		expect(codes).toEqual(["ok", "FORBIDDEN", "ok", "FORBIDDEN"]);
	});

	test("each operation of a batch is decided by itself", async () => {
		const token = await mintDevelopmentToken(inject("stack").developmentSecret, acme("reader"), 600);
		const single = graphqlRequest({ query: "{ __typename }" }, token);
		const batch = ["{ customers(limit: 1) { name } }", "{ customers(limit: 1) { email } }"].map((query) => ({ query }));
		const request = new Request(single.url, {
			method: "POST",
			headers: single.headers,
			body: JSON.stringify(batch),
		});
		const { outcome, requests } = await sentDuring(() => apps[completion].fetch(request));
		const [allowed, refused] = (await outcome.json()) as { data: unknown; errors?: unknown }[];
		expect(allowed?.errors).toBeUndefined();
		expect(refused).toMatchObject({ errors: [{ extensions: { code: "FORBIDDEN" } }] });
		expect(requests).toHaveLength(1);
		expect(requests[0]?.path).not.toContain("email");
	});

	test("by GET", async () => {
		const token = await mintDevelopmentToken(inject("stack").developmentSecret, acme("reader"), 600);
		const url = `http://apprun.test/graphql?query=${encodeURIComponent("{ customers { email } }")}`;
		const { outcome, requests } = await sentDuring(() =>
			apps[completion].fetch(new Request(url, { headers: { authorization: `Bearer ${token}` } })),
		);
		expect(await seen(outcome)).toMatchObject({
			status: 403,
			data: null,
			errors: [{ extensions: { code: "FORBIDDEN" } }],
		});
		expect(requests).toEqual([]);
	});

	test("a field that may be seen comes with the refusal of one that may not", async () => {
		const { status, data, errors } = await askAs(
			apps[completion],
			acme("reader"),
			`{ __typename customer(id: "${someId}") { email } product(id: "${someId}") { name } }`,
		);
		expect({ status, data }).toEqual({ status: 200, data: { __typename: "Query", customer: null, product: null } });
		expect(errors).toHaveLength(1);
		expect(errors[0]).toMatchObject({ path: ["customer"], extensions: { code: "FORBIDDEN" } });
	});
});
