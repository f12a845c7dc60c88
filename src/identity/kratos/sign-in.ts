// Registering and signing in through Kratos' native flows, and a session → the JWT that is verified without Kratos.
// Refuses with BAD_USER_INPUT naming the field, or UNAUTHENTICATED for a wrong e-mail or password.
import { setTimeout as pause } from "node:timers/promises";
import { decodeJwt } from "jose";
import { AppError } from "../../error/app-error.ts";
import { sessionCookieName } from "../credential.ts";
import { flowError, wrongPassword } from "./flow-errors.ts";
import { type KratosClient, KratosRefusal } from "./kratos-client.ts";
import type { SignInAttempts } from "./sign-in-attempts.ts";
import { readSession, type VerifiedSession } from "./verified-session.ts";
import { type SessionCredential, sessionOver } from "./verify-session.ts";

export interface RegisterInput {
	readonly email: string;
	readonly password: string;
	readonly name?: string | null;
	readonly invitation?: string | null;
	readonly tenantName?: string | null;
}

export interface SignedIn {
	readonly sessionToken: string;
	/** Id of the person; null: Kratos tells it only after the second factor. */
	readonly subject: string | null;
}

export interface MintedJwt {
	readonly jwt: string;
	readonly expiresAt: Date;
	/** The session that it stands for. */
	readonly verified: VerifiedSession;
}

/** The tokenizer template of deploy/kratos/kratos.yml. */
const template = "apprun";
/**
 * A refused sign-in is answered after a multiple of this, in ms, whatever took how long: a wrong password is hashed and
 * an unknown e-mail is not, and the difference would tell them apart. Above the time that a hash takes.
 */
const refusalGridMs = 500;

/**
 * Registers a person. Kratos asks apprun's hook which tenant they get.
 * @throws AppError BAD_USER_INPUT with `fields`, UPSTREAM_UNAVAILABLE
 */
export async function registerPerson(kratos: KratosClient, input: RegisterInput): Promise<SignedIn> {
	const { email, password, name, invitation, tenantName } = input;
	try {
		const flow = await kratos.ask(kratos.frontend.createNativeRegistrationFlow());
		const { session_token: sessionToken, identity } = await kratos.ask(
			kratos.frontend.updateRegistrationFlow({
				flow: flow.id,
				updateRegistrationFlowBody: {
					method: "password",
					password,
					traits: { email, ...(given(name) ? { name } : {}) },
					transient_payload: {
						...(given(invitation) ? { invitation } : {}),
						...(given(tenantName) ? { tenantName } : {}),
					},
				},
			}),
		);
		if (sessionToken === undefined) throw new Error("Kratos gave no session: its registration lacks `hook: session`.");
		return { sessionToken, subject: identity.id };
	} catch (error) {
		throw error instanceof KratosRefusal ? flowError(error) : error;
	}
}

/**
 * Signs a person in. A wrong password and an unknown e-mail address are refused alike, in text and in time.
 * @throws AppError UNAUTHENTICATED, LIMIT_EXCEEDED after too many of those, UPSTREAM_UNAVAILABLE
 */
export async function logIn(
	{ kratos, attempts }: { readonly kratos: KratosClient; readonly attempts: SignInAttempts },
	{ email, password }: { readonly email: string; readonly password: string },
): Promise<SignedIn> {
	const startedAt = performance.now();
	try {
		attempts.require(email);
		// Kratos answers an empty field with another sentence; it is a wrong credential like any other.
		if (email === "" || password === "") throw wrongPassword(null);
		const flow = await kratos.ask(kratos.frontend.createNativeLoginFlow());
		// Of many that came at once, those that waited for their flow meanwhile know what became of the others.
		attempts.require(email);
		const { session_token: sessionToken, session } = await kratos.ask(
			kratos.frontend.updateLoginFlow({
				flow: flow.id,
				updateLoginFlowBody: { method: "password", identifier: email, password },
			}),
		);
		if (sessionToken === undefined) throw new Error("Kratos signed somebody in without a session.");
		attempts.succeeded(email);
		return { sessionToken, subject: session.identity?.id ?? null };
	} catch (error) {
		const refusal = error instanceof KratosRefusal ? flowError(error) : error;
		if (refusal instanceof AppError && refusal.code === "UNAUTHENTICATED") {
			attempts.refused(email);
			await pause(untilGrid(performance.now() - startedAt));
		}
		throw refusal;
	}
}

/** How long to wait, in ms, so that everything together takes a multiple of the grid. */
export function untilGrid(elapsedMs: number): number {
	return Math.ceil(Math.max(elapsedMs, 1) / refusalGridMs) * refusalGridMs - elapsedMs;
}

/**
 * Asks Kratos for a JWT of a session.
 * @throws AppError UNAUTHENTICATED when the session has ended, UPSTREAM_UNAVAILABLE
 */
export async function mintJwt(kratos: KratosClient, credential: SessionCredential): Promise<MintedJwt> {
	const sent =
		credential.kind === "cookie"
			? { cookie: `${sessionCookieName}=${credential.token}` }
			: { xSessionToken: credential.token };
	try {
		const session = await kratos.ask(kratos.frontend.toSession({ ...sent, tokenizeAs: template }));
		const { tokenized: jwt } = session;
		const verified = readSession(session);
		const exp = jwt === undefined ? undefined : decodeJwt(jwt).exp;
		if (jwt === undefined || exp === undefined) throw new Error("Kratos gave no JWT for a session.");
		if (verified === null) throw sessionOver(new Error("the session is not active"));
		return { jwt, expiresAt: new Date(exp * 1000), verified };
	} catch (error) {
		throw error instanceof KratosRefusal ? sessionOver(error) : error;
	}
}

const given = (value: string | null | undefined): value is string =>
	value !== undefined && value !== null && value !== "";
