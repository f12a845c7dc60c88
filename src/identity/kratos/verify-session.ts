// A Kratos session, as token or cookie → what it proves. Asked of Kratos once per token and then remembered for a short
// while; while Kratos is away, what is remembered goes on for longer. Refuses what Kratos refuses.
import { LRUCache } from "lru-cache";
import { AppError } from "../../error/app-error.ts";
import { sessionCookieName } from "../credential.ts";
import type { IdentityChange, IdentityWatch } from "../tenancy/watch-identity.ts";
import { type KratosClient, KratosRefusal } from "./kratos-client.ts";
import { readSession, type VerifiedSession } from "./verified-session.ts";

/** A session as a client sends it. */
export type SessionCredential =
	| { readonly kind: "sessionToken"; readonly token: string }
	| { readonly kind: "cookie"; readonly token: string };

export interface SessionOptions {
	readonly kratos: KratosClient;
	readonly watch: IdentityWatch;
	/** How long an answer of Kratos is gone by, in ms: a logout straight at Kratos takes effect after it. */
	readonly cacheMs: number;
	/** How long it is gone by while Kratos is away, in ms. */
	readonly staleMs: number;
	/** Most sessions that are remembered. */
	readonly cacheSize: number;
}

export interface Sessions {
	/** What is remembered and fresh; undefined: ask `verify`. */
	peek(credential: SessionCredential): VerifiedSession | undefined;
	/** Throws AppError UNAUTHENTICATED or UPSTREAM_UNAVAILABLE. */
	verify(credential: SessionCredential): Promise<VerifiedSession>;
}

/** Kratos answers within 5 ms; who asks must not wait long to hear that it is away. */
const whoamiTimeoutMs = 3000;
/** How long Kratos is taken to be away after it did not answer. */
const awayMs = 1000;

interface Remembered {
	readonly verified: VerifiedSession;
	/** When Kratos was asked, in ms of the monotonic clock. */
	readonly askedAt: number;
}

/** A question to Kratos that is under way, and what changed since it was asked: that may be newer than the answer. */
interface Flight {
	readonly answer: Promise<VerifiedSession>;
	readonly changes: IdentityChange[];
}

/** Builds the verifier. */
export function createSessions({ kratos, watch, cacheMs, staleMs, cacheSize }: SessionOptions): Sessions {
	const known = new LRUCache<string, Remembered>({ max: cacheSize });
	const flights = new Map<string, Flight>();
	let away = Number.NEGATIVE_INFINITY;
	watch.onChange((change) => {
		for (const { changes } of flights.values()) changes.push(change);
		for (const [name, { verified }] of known.entries()) if (concerns(change, verified)) known.delete(name);
	});

	const peek = (credential: SessionCredential): VerifiedSession | undefined => {
		const remembered = known.get(nameOf(credential));
		if (remembered === undefined || performance.now() - remembered.askedAt > cacheMs) return undefined;
		return isOver(remembered.verified) ? undefined : remembered.verified;
	};
	/** What is remembered, for while Kratos is away. */
	const stale = (credential: SessionCredential): VerifiedSession | undefined => {
		const remembered = known.get(nameOf(credential));
		if (remembered === undefined || performance.now() - remembered.askedAt > Math.max(staleMs, cacheMs))
			return undefined;
		return isOver(remembered.verified) ? undefined : remembered.verified;
	};
	const ask = async (credential: SessionCredential, changes: IdentityChange[]): Promise<VerifiedSession> => {
		const name = nameOf(credential);
		const askedAt = performance.now();
		try {
			const verified = await whoami(kratos, credential);
			away = Number.NEGATIVE_INFINITY;
			if (!changes.some((change) => concerns(change, verified))) known.set(name, { verified, askedAt });
			return verified;
		} catch (error) {
			if (!(error instanceof AppError && error.code === "UPSTREAM_UNAVAILABLE")) {
				known.delete(name);
				throw error;
			}
			away = performance.now();
			const old = stale(credential);
			if (old === undefined) throw error;
			return old;
		} finally {
			flights.delete(name);
		}
	};
	return {
		peek,
		verify(credential) {
			const name = nameOf(credential);
			const underway = flights.get(name);
			if (underway !== undefined) return underway.answer;
			// Not every request has to find out by waiting that Kratos is still away.
			const old = performance.now() - away < awayMs ? stale(credential) : undefined;
			if (old !== undefined) return Promise.resolve(old);
			const changes: IdentityChange[] = [];
			const answer = ask(credential, changes);
			flights.set(name, { answer, changes });
			return answer;
		},
	};
}

/** A token and a cookie are different alphabets; the first letter keeps them apart all the same. */
const nameOf = ({ kind, token }: SessionCredential): string => (kind === "cookie" ? `c${token}` : `t${token}`);

const isOver = (verified: VerifiedSession): boolean => Date.now() >= verified.expiresAt * 1000;

async function whoami(kratos: KratosClient, credential: SessionCredential): Promise<VerifiedSession> {
	const sent =
		credential.kind === "cookie"
			? { cookie: `${sessionCookieName}=${credential.token}` }
			: { xSessionToken: credential.token };
	try {
		const verified = readSession(await kratos.ask(kratos.frontend.toSession(sent, { timeout: whoamiTimeoutMs })));
		if (verified !== null) return verified;
		throw sessionOver(new Error("the session is not active"));
	} catch (error) {
		if (!(error instanceof KratosRefusal)) throw error;
		throw sessionOver(error);
	}
}

/** Whether a change may make another answer of what is remembered. */
function concerns(change: IdentityChange, verified: VerifiedSession): boolean {
	switch (change.kind) {
		case "session":
			return verified.session.id === change.id;
		case "subject":
		case "person":
		case "membership":
			return verified.subject === change.subject;
		case "resync":
			return true;
		case "tenant":
			return false;
	}
}

/** What to throw when Kratos does not accept a session. */
export function sessionOver(cause: unknown): AppError {
	if (cause instanceof KratosRefusal && cause.status === 403)
		return new AppError("UNAUTHENTICATED", {
			message: "The session lacks its second factor.",
			hint: "Sign in with the second factor: /auth/login?aal=aal2.",
			cause,
		});
	return new AppError("UNAUTHENTICATED", { message: "The session has ended or never was.", cause });
}
