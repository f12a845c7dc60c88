// The GraphQL endpoint that a command talks to: of the local stack, or of any apprun by its URL. Gives a way to ask it;
// what it refuses is thrown with its message and hint.
import type { Config } from "../config/load-config.ts";
import { readRunFile } from "../stack/run-file.ts";
import { StackError } from "../stack/stack-error.ts";
import { makeToken } from "./token.ts";

export interface EndpointOptions {
	/** URL of a GraphQL endpoint; left out: of the local stack. */
	readonly url?: string;
	/** A credential; left out: a development token of the tenant, the role and the person. */
	readonly token?: string;
	readonly tenant?: string;
	readonly role: string;
	readonly user: string;
}

/** Runs an operation and gives its data. @throws StackError with the message and hint of the first error */
export type Ask = <Data>(query: string, variables?: Readonly<Record<string, unknown>>) => Promise<Data>;

interface Answer {
	readonly data?: unknown;
	readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly hint?: string } }[];
}

/** @throws StackError when there is no endpoint or no credential */
export async function openEndpoint(config: Config, options: EndpointOptions): Promise<Ask> {
	const url = options.url ?? readRunFile(config.dataDir)?.graphql;
	if (url === undefined)
		throw new StackError(
			`There is no endpoint to talk to: no local stack runs on ${config.dataDir}.`,
			"Start it with `npm start`, or name one with --url.",
		);
	const token = options.token ?? (await developmentToken(config, options));
	return async <Data>(query: string, variables: Readonly<Record<string, unknown>> = {}) => {
		const response = await fetch(url, {
			method: "POST",
			headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
			body: JSON.stringify({ query, variables }),
		}).catch((cause: unknown) => {
			throw new StackError(`${url} cannot be reached.`, "Check that apprun runs there.", cause);
		});
		const { data, errors } = (await response.json()) as Answer;
		const [error] = errors ?? [];
		if (error !== undefined) throw new StackError(error.message, error.extensions?.hint ?? "");
		return data as Data;
	};
}

async function developmentToken(config: Config, { tenant, role, user }: EndpointOptions): Promise<string> {
	if (tenant === undefined)
		throw new StackError("Whose functions?", "Name a tenant with --tenant, or give a credential with --token.");
	return await makeToken(config, { tenant, role, user, ttl: "5m" });
}
