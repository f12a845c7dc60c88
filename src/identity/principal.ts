// Who is asking: what the identity stage gives to all later stages. Built from a verified credential only.

/** Nobody signed in. Sees what the anonymous database role may see: nothing by default. */
export interface AnonymousPrincipal {
	readonly kind: "anonymous";
}

/** A person or machine whose credential was verified. */
export interface UserPrincipal {
	readonly kind: "user";
	/** Stable id of the person: `sub` of the credential. */
	readonly subject: string;
	/** UUID of the tenant, from the verified credential, never from the request. */
	readonly tenantId: string;
	/** Application roles in that tenant, such as `owner`, `reader`. At least one. */
	readonly roles: readonly string[];
	/** Seconds since 1970 when the credential ends. */
	readonly expiresAt: number;
	readonly credential: "development-jwt";
}

export type Principal = AnonymousPrincipal | UserPrincipal;

export const anonymous: AnonymousPrincipal = Object.freeze({ kind: "anonymous" });
