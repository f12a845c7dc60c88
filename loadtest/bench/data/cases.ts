// What the data suite measures: operations as a client would send them, on the demo data of tenant acme.
import type { ProcessGroup } from "../processes.ts";

export interface DataCase {
	readonly name: string;
	readonly query: string;
	readonly variables: Readonly<Record<string, unknown>>;
	/** Its one root field. */
	readonly field: string;
	/** Adds a row each time; `cleanUp` of data-suite.ts removes it by its name. */
	readonly writes: boolean;
}

/** What every row that a benchmark creates is named like. autocannon puts another id into each request. */
export const benchRowPrefix = "zz bench ";

/** The cases. @param productId a product of the tenant */
export function dataCases(productId: string): readonly DataCase[] {
	return [
		{
			name: "list",
			query: `query List($limit: Int!) {
				products(orderBy: [{ name: ASC }], limit: $limit) { id name price stockUnits releasedOn }
			}`,
			variables: { limit: 20 },
			field: "products",
			writes: false,
		},
		{
			name: "nested",
			query: `query Nested($limit: Int!, $reviews: Int!) {
				products(orderBy: [{ name: ASC }], limit: $limit) {
					id name price
					category { id name }
					reviews(limit: $reviews) { id rating title body }
				}
			}`,
			variables: { limit: 20, reviews: 5 },
			field: "products",
			writes: false,
		},
		{
			name: "by id",
			query: "query ById($id: UUID!) { product(id: $id) { id name price stockUnits releasedOn } }",
			variables: { id: productId },
			field: "product",
			writes: false,
		},
		{
			name: "create",
			query: "mutation Create($input: ProductInput!) { createProduct(input: $input) { id name price } }",
			variables: { input: { name: `${benchRowPrefix}[<id>]`, price: "12.50" } },
			field: "createProduct",
			writes: true,
		},
	];
}

/** Name of the group that is apprun's own process. */
export const apprunGroup = "apprun";

/** The processes that work on a request. @param pids of run.json */
export function dataGroups(pids: { apprun: number; postgres: number | null; postgrest: number | null }) {
	const group = (name: string, pid: number | null, tree: boolean): ProcessGroup[] =>
		pid === null ? [] : [{ name, pid, tree }];
	return [
		...group(apprunGroup, pids.apprun, false),
		...group("postgrest", pids.postgrest, false),
		...group("postgres", pids.postgres, true),
		...group("load", process.pid, false),
	];
}
