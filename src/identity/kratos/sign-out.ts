// Ends sessions: written down first, so that every server process refuses them at once (and their JWTs), then at Kratos.
// In this order nothing is left signed in when Kratos cannot be reached.
import type { Pool } from "pg";
import { type CredentialHeaders, readCredentials } from "../credential.ts";
import type { UserPrincipal } from "../principal.ts";
import { type KratosClient, KratosRefusal } from "./kratos-client.ts";
import type { Sessions } from "./verify-session.ts";

/** Kratos' sessions end before this, so nothing that was revoked can come back. */
const rememberedFor = "90 days";

/**
 * Signs the caller out.
 * @param everywhere all sessions of this person, on every device
 * @returns false when there is no session to end (a development token)
 * @throws AppError UPSTREAM_UNAVAILABLE when Kratos could not be told; the session is refused by apprun all the same
 */
export async function signOut(
	{ pool, kratos }: { readonly pool: Pool; readonly kratos: KratosClient },
	{ subject, session }: UserPrincipal,
	everywhere: boolean,
): Promise<boolean> {
	if (session === undefined) return false;
	await revoke(pool, everywhere ? { kind: "subject", key: subject } : { kind: "session", key: session.id });
	const call = everywhere
		? kratos.ask(kratos.admin.deleteIdentitySessions({ id: subject }))
		: kratos.ask(kratos.admin.disableSession({ id: session.id }));
	await call.catch((error: unknown) => {
		// There is none any more: signed out elsewhere meanwhile.
		if (!(error instanceof KratosRefusal && error.status === 404)) throw error;
	});
	return true;
}

/**
 * For a sign-out that passes through to Kratos: finds the session of the cookie while Kratos still knows it.
 * @returns what makes every server process refuse that session and its JWTs at once; nothing, when there is none
 */
export async function prepareSignOut(
	headers: CredentialHeaders,
	sessions: Sessions,
	pool: Pool,
): Promise<() => Promise<void>> {
	try {
		const cookie = readCredentials(headers).find(({ kind }) => kind === "cookie");
		if (cookie === undefined) return async () => {};
		const { session } = await sessions.verify({ kind: "cookie", token: cookie.token });
		return () => revoke(pool, { kind: "session", key: session.id });
	} catch {
		// Whatever is wrong with the credential, signing out must be possible.
		return async () => {};
	}
}

/** Writes down that one session, or all that a person has begun until now, have ended. */
export async function revoke(
	pool: Pool,
	{ kind, key }: { readonly kind: "session" | "subject"; readonly key: string },
): Promise<void> {
	await pool.query("delete from apprun.revocations where expires_at < now()");
	await pool.query(
		`insert into apprun.revocations (kind, key, expires_at) values ($1, $2, now() + $3::interval)
		on conflict (kind, key) do update set revoked_at = excluded.revoked_at, expires_at = excluded.expires_at`,
		[kind, key, rememberedFor],
	);
}
