// Asks a server as any person: whatever tenant, roles and id a test needs, with a development token.
import { inject } from "vitest";
import type { App } from "../../src/app.ts";
import type { RefusalReason } from "../../src/authorization/refusal.ts";
import { type DevelopmentIdentity, mintDevelopmentToken } from "../../src/identity/development-jwt.ts";
import { demoTenants, type GraphqlBody, graphqlRequest } from "./open-app.ts";

/** An error as a client sees it. */
export interface SeenError {
	readonly message: string;
	readonly path?: readonly (string | number)[];
	readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

/** An answer as a client sees it. */
export interface Seen {
	readonly status: number;
	// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of its own query
	readonly data: any;
	readonly errors: readonly SeenError[];
}

/** A person of the demo's tenant acme. */
export const acme = (...roles: string[]): DevelopmentIdentity => ({
	subject: "00000000-0000-4000-8000-000000000001",
	tenantId: demoTenants.acme,
	roles,
});

/** Sends an operation, or a batch of them as one body; null: nobody. */
export async function askAs(
	app: Pick<App, "fetch">,
	who: DevelopmentIdentity | null,
	body: GraphqlBody | string,
): Promise<Seen> {
	const token = who === null ? null : await mintDevelopmentToken(inject("stack").developmentSecret, who, 600);
	const request = graphqlRequest(typeof body === "string" ? { query: body } : body, token);
	return await seen(await app.fetch(request));
}

/** `extensions.reason` of the first error. */
export function reasonOf({ errors }: Seen): RefusalReason {
	const reason = errors[0]?.extensions["reason"];
	if (reason === undefined) throw new Error(`no reason in ${JSON.stringify(errors)}`);
	return reason as RefusalReason;
}

/** Reads an answer. */
export async function seen(response: Response): Promise<Seen> {
	const { data = null, errors = [] } = (await response.json()) as Partial<Seen>;
	return { status: response.status, data, errors };
}
