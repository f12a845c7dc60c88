// The token of a request → the Postgres settings that its statements run with: the same role and claims that PostgREST
// would set for the same token, so that the same policies give the same rows. Refuses a request without a valid one.
import { jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { z } from "zod";

/** Settings of one transaction. */
export interface PgSettings {
	readonly role: string;
	/** Where policies read them: apprun.claims() in sql/migrations. */
	readonly "request.jwt.claims": string;
}

/** Gives the settings for the Authorization header. @throws Error when there is no token, or one that is not ours */
export type PgSettingsOf = (authorization: string | undefined) => Promise<PgSettings>;

interface Verified {
	readonly settings: PgSettings;
	/** Seconds since 1970. */
	readonly expiresAt: number;
}

const claimsSchema = z.looseObject({ role: z.enum(["apprun_user", "apprun_anonymous"]), exp: z.number() });
const rememberedTokens = 5000;

/** Builds the verifier. */
export function createPgSettings(jwtSecret: string): PgSettingsOf {
	const key = new TextEncoder().encode(jwtSecret);
	// Keyed by the whole token, as in src/identity/identify.ts; refusals are not kept.
	const verified = new LRUCache<string, Verified>({ max: rememberedTokens });
	return async (authorization) => {
		const token = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
		if (token === undefined) throw new Error("The request has no token of apprun's.");
		const known = verified.get(token);
		if (known !== undefined && Date.now() < known.expiresAt * 1000) return known.settings;
		const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"] });
		const claims = claimsSchema.parse(payload);
		const settings = Object.freeze({ role: claims.role, "request.jwt.claims": JSON.stringify(claims) });
		verified.set(token, { settings, expiresAt: claims.exp });
		return settings;
	};
}
