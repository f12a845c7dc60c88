// People for tests: registers them over HTTP with real Kratos, and asks GraphQL as them.
import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import "./provided-stack.ts";

export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	// biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes
	readonly data: any;
	readonly errors: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

export interface Registered {
	readonly email: string;
	readonly password: string;
	readonly id: string;
	readonly tenantId: string;
	readonly sessionToken: string;
	readonly jwt: string;
	/** Headers of a request with the JWT. */
	readonly byJwt: Readonly<Record<string, string>>;
	/** Headers of a request with the session token. */
	readonly bySession: Readonly<Record<string, string>>;
}

export const registerMutation = `mutation Register($input: RegisterInput!) {
	register(input: $input) { sessionToken jwt jwtExpiresAt me { id email tenant { id name slug } roles } }
}`;
export const loginMutation = `mutation Login($input: LoginInput!) {
	login(input: $input) { sessionToken jwt jwtExpiresAt me { id email tenant { id name slug } roles } }
}`;

/** An address that nobody has. */
export const newEmail = (name = "ada"): string => `${name}-${randomBytes(6).toString("hex")}@people.example`;
/** Good enough for Kratos. */
export const password = "a horse, a battery, a staple";

/** Sends one GraphQL operation over HTTP. */
export async function ask(
	query: string,
	variables: Readonly<Record<string, unknown>> = {},
	headers: Readonly<Record<string, string>> = {},
	url = inject("stack").graphql,
): Promise<Answer> {
	const response = await fetch(url, {
		method: "POST",
		headers: { "content-type": "application/json", accept: "application/json", ...headers },
		body: JSON.stringify({ query, variables }),
	});
	const { data = null, errors = [] } = (await response.json()) as Partial<Answer>;
	return { status: response.status, headers: response.headers, data, errors };
}

/** The codes of an answer's errors. */
export const codes = ({ errors }: Answer): readonly unknown[] => errors.map(({ extensions }) => extensions["code"]);

/** Registers a person, by default with a tenant of their own. @throws Error with what the server answered */
export async function register(
	input: { readonly email?: string; readonly invitation?: string; readonly tenantName?: string; name?: string } = {},
	url = inject("stack").graphql,
): Promise<Registered> {
	const email = input.email ?? newEmail();
	const answer = await ask(registerMutation, { input: { ...input, email, password } }, {}, url);
	return registeredFrom(answer, "register", email);
}

/** Signs a person in again. */
export async function logIn(email: string, url = inject("stack").graphql, invitation?: string): Promise<Registered> {
	const answer = await ask(loginMutation, { input: { email, password, invitation } }, {}, url);
	return registeredFrom(answer, "login", email);
}

/** Invites an e-mail address into the inviter's tenant; gives the secret. */
export function inviteTo(inviter: Registered, email: string, role: string): Promise<string> {
	return inviteToAt(inject("stack").graphql, inviter, email, role);
}

/** The same at another server. */
export async function inviteToAt(url: string, inviter: Registered, email: string, role: string): Promise<string> {
	const query = "mutation ($email: String!, $role: String!) { invite(email: $email, role: $role) { secret } }";
	const answer = await ask(query, { email, role }, inviter.byJwt, url);
	if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
	return answer.data.invite.secret;
}

function registeredFrom(answer: Answer, field: "register" | "login", email: string): Registered {
	const credentials = answer.data?.[field];
	if (credentials === undefined || credentials === null) throw new Error(JSON.stringify(answer.errors));
	const { sessionToken, jwt, me } = credentials;
	return {
		email,
		password,
		id: me.id,
		tenantId: me.tenant.id,
		sessionToken,
		jwt,
		byJwt: { authorization: `Bearer ${jwt}` },
		bySession: { "x-session-token": sessionToken },
	};
}
