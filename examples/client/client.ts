// A typed client in a few lines: what the operation takes and gives comes from types.ts, so a field that the schema no longer
// has is a compile error after the next `generate.ts`.
import { readFile } from "node:fs/promises";
import type { CheapProductsQuery, CheapProductsQueryVariables } from "./types.ts";

/** Where apprun answers, and who asks. */
export interface Endpoint {
	readonly url: string;
	readonly token: string;
}

/** Asks for the cheapest products below a price. @throws Error with the message of the first error */
export async function cheapProducts(
	{ url, token }: Endpoint,
	variables: CheapProductsQueryVariables,
): Promise<CheapProductsQuery["products"]> {
	const query = await readFile(new URL("operations.graphql", import.meta.url), "utf8");
	const response = await fetch(url, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
		body: JSON.stringify({ query, variables }),
	});
	const answer = (await response.json()) as { data: CheapProductsQuery | null; errors?: { message: string }[] };
	if (answer.data === null || answer.errors !== undefined) throw new Error(answer.errors?.[0]?.message ?? "no data");
	return answer.data.products;
}
