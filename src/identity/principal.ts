// Who is asking: what the identity stage gives to all later stages. Built from a verified credential only.

/** Nobody signed in. Sees what the anonymous database role may see: nothing by default. */
export interface AnonymousPrincipal {
	readonly kind: "anonymous";
}

/** The Kratos session behind a credential. */
export interface PrincipalSession {
	readonly id: string;
	/** Milliseconds since 1970 when the person signed in. */
	readonly issuedAt: number;
	/** Authenticator assurance level: `aal1`, or `aal2` after a second factor. */
	readonly assurance: string;
}

/** A person or machine whose credential was verified. */
export interface UserPrincipal {
	readonly kind: "user";
	/** Stable id of the person: `sub` of the credential. */
	readonly subject: string;
	/** UUID of the tenant, from the verified credential, never from the request. */
	readonly tenantId: string;
	/** Application roles in that tenant, such as `owner`, `reader`. */
	readonly roles: readonly string[];
	/**
	 * Version of the policies that the roles were read from: where later ones are in force, those say the roles. Left out when
	 * the credential itself brings its roles.
	 */
	readonly rolesAt?: number;
	/** Seconds since 1970 when the credential ends. */
	readonly expiresAt: number;
	/** How it was sent. A cookie is sent by browsers on their own, so it alone must not be enough for a mutation. */
	readonly credential: "development-jwt" | "kratos-jwt" | "kratos-session" | "kratos-cookie";
	/** Only with a credential of Kratos. */
	readonly session?: PrincipalSession;
}

export type Principal = AnonymousPrincipal | UserPrincipal;

export const anonymous: AnonymousPrincipal = Object.freeze({ kind: "anonymous" });
