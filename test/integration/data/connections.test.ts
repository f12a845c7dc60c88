// Pages of connections: whatever the order, walking them forwards or backwards gives every row once and in the order of the
// list, also while rows come and go; a cursor that is not of this list, tenant or server is refused.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Caller, type OpenApp, openApp } from "../../support/open-app.ts";
import { sentDuring } from "../../support/sent-requests.ts";

const acme = { tenant: "acme", role: "owner" } as const;

let apps: readonly OpenApp[];
beforeAll(async () => {
	apps = [await openApp(), await openApp({ completion: "graphql" })];
});
afterAll(async () => {
	for (const app of apps) await app.close();
});

interface Connection {
	readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
	readonly pageInfo: {
		readonly hasNextPage: boolean;
		readonly hasPreviousPage: boolean;
		readonly startCursor: string | null;
		readonly endCursor: string | null;
	};
	readonly totalCount: number;
}

interface Walk {
	readonly field: string;
	readonly type: string;
	readonly where?: Readonly<Record<string, unknown>>;
	readonly orderBy?: readonly object[];
}

async function ask<Data>(
	query: string,
	variables: Readonly<Record<string, unknown>>,
	as: Caller = acme,
): Promise<Data> {
	// Both ways to an answer, byte for byte: cursors among them.
	const [planned, executed] = await Promise.all(
		apps.map(async (app) => await (await app.ask(as, { query, variables })).text()),
	);
	expect(planned).toBe(executed);
	const { data, errors } = JSON.parse(planned ?? "") as { data: Data; errors?: readonly unknown[] };
	expect(errors).toBeUndefined();
	return data;
}

async function list({ field, type, where = {}, orderBy = [] }: Walk): Promise<string[]> {
	const query = `query ($where: ${type}Filter, $orderBy: [${type}Order!]) {
		${field}(where: $where, orderBy: $orderBy, limit: 1000) { id }
	}`;
	const data = await ask<Record<string, { id: string }[]>>(query, { where, orderBy });
	return (data[field] ?? []).map(({ id }) => id);
}

async function page({ field, type, where = {}, orderBy = [] }: Walk, args: Readonly<Record<string, unknown>>) {
	const query = `query ($where: ${type}Filter, $orderBy: [${type}Order!], $first: Int, $after: String, $last: Int, $before: String) {
		${field}Connection(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
			totalCount
			pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
			edges { cursor node { id } }
		}
	}`;
	const data = await ask<Record<string, Connection>>(query, { where, orderBy, ...args });
	const connection = data[`${field}Connection`];
	if (connection === undefined) throw new Error("no connection came back");
	return connection;
}

async function forwards(walk: Walk, first: number): Promise<string[]> {
	const ids: string[] = [];
	for (let after: string | null = null; ; ) {
		const { edges, pageInfo, totalCount } = await page(walk, { first, after });
		ids.push(...edges.map(({ node }) => node.id));
		expect(pageInfo).toMatchObject({
			hasPreviousPage: after !== null,
			startCursor: edges[0]?.cursor ?? null,
			endCursor: edges.at(-1)?.cursor ?? null,
		});
		if (!pageInfo.hasNextPage) {
			expect(totalCount).toBe(ids.length);
			return ids;
		}
		after = pageInfo.endCursor;
	}
}

async function backwards(walk: Walk, last: number): Promise<string[]> {
	const ids: string[] = [];
	for (let before: string | null = null; ; ) {
		const { edges, pageInfo } = await page(walk, { last, before });
		ids.unshift(...edges.map(({ node }) => node.id));
		expect(pageInfo.hasNextPage).toBe(before !== null);
		if (!pageInfo.hasPreviousPage) return ids;
		before = pageInfo.startCursor;
	}
}

const reviews = { field: "reviews", type: "Review", where: { rating: { lte: 1 } } };
const products = { field: "products", type: "Product", where: { name: { like: "S%" } } };

describe.each<[string, Walk]>([
	["the primary key", { ...products }],
	["a column with ties", { ...reviews, orderBy: [{ rating: "DESC" }] }],
	["two columns in opposite directions", { ...products, orderBy: [{ stockUnits: "ASC" }, { name: "DESC" }] }],
	["exact numbers", { ...products, orderBy: [{ price: "DESC" }] }],
	["nulls last, ascending", { ...products, orderBy: [{ warranty: "ASC" }] }],
	["nulls first, ascending", { ...products, orderBy: [{ warranty: "ASC_NULLS_FIRST" }, { name: "ASC" }] }],
	["nulls first, descending", { ...products, orderBy: [{ releasedOn: "DESC" }, { price: "ASC" }] }],
	["nulls last, descending", { ...products, orderBy: [{ releasedOn: "DESC_NULLS_LAST" }] }],
	["a moment", { ...reviews, orderBy: [{ createdAt: "DESC" }] }],
	["a related row's column", { ...products, orderBy: [{ category: { name: "ASC" } }] }],
	["a related row's, nulls first", { ...products, orderBy: [{ category: { name: "DESC" } }, { price: "ASC" }] }],
	[
		"a row's further on, beside its own",
		{ ...reviews, orderBy: [{ product: { category: { parent: { name: "DESC_NULLS_LAST" } } } }, { rating: "ASC" }] },
	],
	[
		"an enum",
		{ field: "orders", type: "Order", orderBy: [{ status: "ASC" }], where: { placedAt: { gt: "2024-11-01" } } },
	],
	["a filter by related rows", { ...products, where: { reviews: { some: { rating: { eq: 1 } } } } }],
])("ordered by %s", (_name, walk) => {
	test("all pages together are the list", async () => {
		const expected = await list(walk);
		expect(expected.length).toBeGreaterThan(20);
		expect(await forwards(walk, 7)).toEqual(expected);
		expect(await backwards(walk, 9)).toEqual(expected);
	}, 120_000);
});

test("a part between two cursors", async () => {
	const walk = { ...products, orderBy: [{ price: "ASC" }] };
	const expected = await list(walk);
	const { edges } = await page(walk, { first: 20 });
	const [after, before] = [edges[2]?.cursor, edges[12]?.cursor];
	const between = await page(walk, { first: 50, after, before });
	expect(between.edges.map(({ node }) => node.id)).toEqual(expected.slice(3, 12));
	expect(between.totalCount).toBe(expected.length);
	const fromTheEnd = await page(walk, { last: 4, after, before });
	expect(fromTheEnd.edges.map(({ node }) => node.id)).toEqual(expected.slice(8, 12));
});

test("rows that come and go do not move the page", async () => {
	const hooli = { tenant: "hooli", role: "owner" } as const;
	const write = async (query: string) => (await (apps[0] as OpenApp).ask(hooli, { query })).json();
	const names = ["b", "d", "f", "h"].map((letter) => `Walk ${letter}`);
	const create = (list: readonly string[]) =>
		write(`mutation { createProducts(inputs: [${list.map((name) => `{ name: "${name}" }`).join(", ")}]) { id } }`);
	const read = async (after: string | null) => {
		const query = `query ($after: String) {
			productsConnection(where: { name: { like: "Walk %" } }, orderBy: [{ name: ASC }], first: 2, after: $after) {
				pageInfo { endCursor } nodes { name }
			}
		}`;
		const data = await ask<{ productsConnection: { pageInfo: { endCursor: string }; nodes: { name: string }[] } }>(
			query,
			{ after },
			hooli,
		);
		return {
			after: data.productsConnection.pageInfo.endCursor,
			names: data.productsConnection.nodes.map((n) => n.name),
		};
	};
	await create(names);
	const first = await read(null);
	expect(first.names).toEqual(["Walk b", "Walk d"]);
	// In front of the page, and the very row that the cursor is of.
	await create(["Walk a", "Walk c"]);
	await write('mutation { deleteProducts(where: { name: { eq: "Walk d" } }) { id } }');
	expect((await read(first.after)).names).toEqual(["Walk f", "Walk h"]);
	await write('mutation { deleteProducts(where: { name: { like: "Walk %" } }, atMost: 10) { id } }');
});

describe("a cursor", () => {
	const query = `query ($orderBy: [ProductOrder!], $after: String) {
		productsConnection(orderBy: $orderBy, first: 1, after: $after) { edges { cursor } }
	}`;
	const orderBy = [{ price: "ASC" }];
	const cursor = async () => {
		const data = await ask<{ productsConnection: Connection }>(query, { orderBy });
		return data.productsConnection.edges[0]?.cursor ?? "";
	};
	const refused = async (body: { query: string; variables: Record<string, unknown> }, as: Caller = acme) => {
		for (const app of apps) {
			const { outcome, requests } = await sentDuring(async () => await (await app.ask(as, body)).json());
			expect(outcome).toMatchObject({ errors: [{ extensions: { code: "BAD_USER_INPUT", argument: "after" } }] });
			expect(requests).toEqual([]);
		}
	};

	test("says nothing of the row to who looks into it", async () => {
		const text = Buffer.from(await cursor(), "base64url").toString("latin1");
		expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|\d+\.\d\d/);
	});

	test("of another order is refused", async () => {
		for (const other of [[{ price: "DESC" }], [{ price: "ASC_NULLS_FIRST" }], [{ name: "ASC" }], []])
			await refused({ query, variables: { orderBy: other, after: await cursor() } });
	});

	test("of another table is refused", async () => {
		const after = await cursor();
		await refused({
			query: "query ($after: String) { tagsConnection(after: $after) { totalCount } }",
			variables: { after },
		});
	});

	test("of another tenant is refused", async () => {
		await refused({ query, variables: { orderBy, after: await cursor() } }, { tenant: "globex", role: "owner" });
	});

	test("that was changed, cut or made up is refused", async () => {
		const sealed = await cursor();
		const changed = [...sealed].map(
			(letter, at) => sealed.slice(0, at) + (letter === "A" ? "B" : "A") + sealed.slice(at + 1),
		);
		const made = [
			"",
			"a",
			"🧶",
			`${sealed}=`,
			`${sealed}A`,
			` ${sealed}`,
			sealed.slice(0, -2),
			sealed.slice(4),
			"A".repeat(5000),
		];
		for (const after of [...changed.slice(0, 8), ...changed.slice(-8), ...made])
			await refused({ query, variables: { orderBy, after } });
	});

	test("works for another person of the tenant, and under another filter", async () => {
		const narrower = `query ($orderBy: [ProductOrder!], $after: String) {
			productsConnection(where: { stockUnits: { gt: 0 } }, orderBy: $orderBy, first: 1, after: $after) { edges { cursor } }
		}`;
		const variables = { orderBy, after: await cursor() };
		const data = await ask<{ productsConnection: Connection }>(narrower, variables, { tenant: "acme", role: "reader" });
		expect(data.productsConnection.edges).toHaveLength(1);
	});
});

test("a page and its total are one request; behind a cursor they are two", async () => {
	const query = `query ($after: String) {
		productsConnection(first: 2, after: $after) { totalCount edges { cursor node { name reviews(limit: 1) { rating } } } }
	}`;
	const [app] = apps as [OpenApp];
	const run = async (after: string | null) =>
		(await (await app.ask(acme, { query, variables: { after } })).json()) as {
			data: { productsConnection: Connection };
		};
	const first = await sentDuring(() => run(null));
	expect(first.requests).toHaveLength(1);
	const { edges, totalCount } = first.outcome.data.productsConnection;
	const second = await sentDuring(() => run(edges[1]?.cursor ?? ""));
	expect(second.requests).toHaveLength(2);
	expect(second.outcome.data.productsConnection.totalCount).toBe(totalCount);
});
