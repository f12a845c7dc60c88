// The public keys that Kratos' JWTs are verified with: read from a URL (https, http or file), kept, and read again when a
// token names a key that is not there, and every half minute. So keys rotate without a restart, and while the set
// cannot be read the known ones go on.
import { readFile } from "node:fs/promises";
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from "jose";
import type { Observe } from "../../observe/observation.ts";
import { kratosAway } from "./kratos-client.ts";

/** An unknown key id makes us look again, but not more often than this: anybody can send one. */
const cooldownMs = 1000;
/** A key that was taken out of the set stops being accepted about this long afterwards. */
const refreshMs = 30_000;
const timeoutMs = 3000;

/**
 * Builds the key lookup for `jwtVerify`. It throws AppError UPSTREAM_UNAVAILABLE while no key was ever read.
 * @param url of a JSON Web Key Set (RFC 7517 §5); a file may hold private keys, of which only the public part is used
 */
export function createKratosKeys(url: string, observe: Observe): JWTVerifyGetKey {
	const location = new URL(url);
	const options = { cooldownDuration: cooldownMs, cacheMaxAge: Number.POSITIVE_INFINITY, timeoutDuration: timeoutMs };
	const keys = createRemoteJWKSet(
		location,
		location.protocol === "file:" ? { ...options, [customFetch]: readKeys } : options,
	);
	let readAt: number | null = null;
	return async (header, token) => {
		const now = Date.now();
		if (readAt !== null && now - readAt > refreshMs)
			keys.reload().catch((cause) => observe({ kind: "upstream.failed", service: "kratos", cause }));
		if (readAt === null || now - readAt > refreshMs) readAt = now;
		try {
			return await keys(header, token);
		} catch (error) {
			if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
			if (error instanceof errors.JOSENotSupported) throw error;
			observe({ kind: "upstream.failed", service: "kratos", cause: error });
			throw kratosAway(error);
		}
	};
}

async function readKeys(url: string): Promise<Response> {
	const { keys } = JSON.parse(await readFile(new URL(url), "utf8")) as { keys: Record<string, unknown>[] };
	return Response.json({ keys: keys.map(publicPart) });
}

/** Without the private parameters of RFC 7518 §6.2.2 and §6.3.2; symmetric keys (`k`) are no keys for us at all. */
export function publicPart(key: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, oth: _oth, k: _k, ...open } = key;
	return open;
}
