// What people do with their accounts and tenants: the identity stage as resolvers call it. Refuses with AppErrors of the
// catalogue; every write is decided by the caller's verified principal.
import type { Pool } from "pg";
import { AppError } from "../error/app-error.ts";
import type { Observe } from "../observe/observation.ts";
import { type Admit, askDatabase } from "./kratos/admit.ts";
import type { KratosClient } from "./kratos/kratos-client.ts";
import { logIn, mintJwt, type RegisterInput, registerPerson } from "./kratos/sign-in.ts";
import type { SignInAttempts } from "./kratos/sign-in-attempts.ts";
import { signOut } from "./kratos/sign-out.ts";
import type { SessionCredential } from "./kratos/verify-session.ts";
import { joinByInvitation, leaveTenant, switchTenant } from "./kratos/work-in-tenant.ts";
import type { Principal, UserPrincipal } from "./principal.ts";
import type { Authority } from "./tenancy/authority.ts";
import { type Invitation, type InviteInput, invite, listInvitations, revokeInvitation } from "./tenancy/invitations.ts";
import {
	findTenant,
	listMembers,
	listMemberships,
	type Member,
	type Membership,
	removeMember,
	renameTenant,
	type Tenant,
} from "./tenancy/members.ts";
import type { Standings } from "./tenancy/standing.ts";

export interface Me {
	readonly id: string;
	readonly email: string | null;
	readonly name: string | null;
	readonly tenant: Tenant;
	readonly roles: readonly string[];
	readonly principal: UserPrincipal;
}

export interface Credentials {
	readonly sessionToken: string | null;
	readonly jwt: string | null;
	readonly jwtExpiresAt: Date | null;
	readonly me: Me;
}

export interface LoginInput {
	readonly email: string;
	readonly password: string;
	readonly invitation?: string | null;
}

export interface PeopleParts {
	readonly pool: Pool;
	readonly authority: Authority;
	readonly standings: Standings;
	/** Null: there is no Kratos, so nobody can sign in. */
	readonly kratos: { readonly client: KratosClient; readonly admit: Admit; readonly attempts: SignInAttempts } | null;
	/** The session that a principal was made from, as it was sent; null: it was another credential. */
	readonly sessionOf: (principal: UserPrincipal) => SessionCredential | null;
	readonly observe: Observe;
}

/** Everything that the identity subschema can do. */
export class People {
	readonly #parts: PeopleParts;

	constructor(parts: PeopleParts) {
		this.#parts = parts;
	}

	async me(principal: Principal): Promise<Me | null> {
		return principal.kind === "anonymous" ? null : this.#describe(principal);
	}

	memberships({ principal }: Me): Promise<readonly Membership[]> {
		return askDatabase(() => listMemberships(this.#parts.pool, principal.subject));
	}

	/** @throws AppError BAD_USER_INPUT naming the field, UPSTREAM_UNAVAILABLE */
	async register(input: RegisterInput): Promise<Credentials> {
		const { client } = this.#kratos();
		const { sessionToken } = await registerPerson(client, input);
		return this.#credentialsOf({ kind: "sessionToken", token: sessionToken });
	}

	/** @throws AppError UNAUTHENTICATED, LIMIT_EXCEEDED, BAD_USER_INPUT for the invitation, UPSTREAM_UNAVAILABLE */
	async login({ invitation, ...input }: LoginInput): Promise<Credentials> {
		const { client, attempts } = this.#kratos();
		const { sessionToken, subject } = await logIn({ kratos: client, attempts }, input);
		if (typeof invitation === "string" && invitation !== "" && subject !== null) {
			const given = { secret: invitation, argument: "input.invitation" };
			await joinByInvitation({ kratos: client, pool: this.#parts.pool }, subject, given);
		}
		return this.#credentialsOf({ kind: "sessionToken", token: sessionToken });
	}

	/** @throws AppError BAD_USER_INPUT when the request's credential is no session */
	async refreshToken(principal: Principal): Promise<Credentials> {
		const session = this.#parts.sessionOf(signedIn(principal));
		if (session !== null) return this.#credentialsOf(session);
		throw new AppError("BAD_USER_INPUT", {
			message: "Only a session can be asked for a JWT.",
			hint: "Send X-Session-Token (or the session's cookie) instead of the JWT.",
		});
	}

	async logout(principal: Principal, everywhere: boolean): Promise<boolean> {
		const { client: kratos } = this.#kratos();
		const user = signedIn(principal);
		return askDatabase(() => signOut({ kratos, pool: this.#parts.pool }, user, everywhere));
	}

	invite(principal: Principal, input: InviteInput): Promise<{ invitation: Invitation; secret: string }> {
		return this.#inTenant(principal, (_pool, user) => invite(this.#parts, user, input));
	}

	invitations(principal: Principal): Promise<readonly Invitation[]> {
		return this.#inTenant(principal, listInvitations);
	}

	revokeInvitation(principal: Principal, id: string): Promise<boolean> {
		return this.#inTenant(principal, (pool, user) => revokeInvitation(pool, user, id));
	}

	members(principal: Principal): Promise<readonly Member[]> {
		return this.#inTenant(principal, listMembers);
	}

	async removeMember(principal: Principal, id: string): Promise<boolean> {
		const { pool, kratos, observe } = this.#parts;
		const user = signedIn(principal);
		if (!(await askDatabase(() => removeMember(this.#parts, user, id)))) return false;
		// They are out already; this only spares them a detour when they are in another tenant as well.
		if (kratos !== null)
			await leaveTenant({ kratos: kratos.client, pool }, id, user.tenantId).catch((cause: unknown) =>
				observe({ kind: "upstream.failed", service: "kratos", cause }),
			);
		return true;
	}

	/** @throws AppError NOT_FOUND when the caller is not a member there */
	async switchTenant(principal: Principal, tenantId: string): Promise<Credentials> {
		const { client } = this.#kratos();
		return this.#move(principal, async ({ subject }) => {
			await switchTenant({ kratos: client, pool: this.#parts.pool }, subject, tenantId);
			return tenantId.toLowerCase();
		});
	}

	/** @throws AppError BAD_USER_INPUT for an invitation that is not the caller's, or none any more */
	async acceptInvitation(principal: Principal, secret: string): Promise<Credentials> {
		const { client } = this.#kratos();
		return this.#move(principal, ({ subject }) =>
			joinByInvitation({ kratos: client, pool: this.#parts.pool }, subject, { secret, argument: "secret" }),
		);
	}

	/** Lets the caller go on in another tenant. @param move gives its id, in small letters */
	async #move(principal: Principal, move: (user: UserPrincipal) => Promise<string>): Promise<Credentials> {
		const { admit } = this.#kratos();
		const user = signedIn(principal);
		if (user.session === undefined)
			throw new AppError("BAD_USER_INPUT", { message: "A development token is made for one tenant." });
		const tenantId = await move(user);
		const session = this.#parts.sessionOf(user);
		if (session !== null) return this.#credentialsOf(session);
		const { subject, expiresAt, credential } = user;
		const there = { subject, expiresAt, session: user.session, tenantId };
		const me = await this.#describe(await admit.admit(there, credential));
		return { sessionToken: null, jwt: null, jwtExpiresAt: null, me };
	}

	renameTenant(principal: Principal, name: string): Promise<Tenant> {
		return this.#inTenant(principal, (pool, user) => renameTenant(pool, user, name));
	}

	async #credentialsOf(session: SessionCredential): Promise<Credentials> {
		const { client, admit } = this.#kratos();
		const { jwt, expiresAt, verified } = await mintJwt(client, session);
		const me = await this.#describe(await admit.admit(verified, "kratos-session"));
		const sessionToken = session.kind === "sessionToken" ? session.token : null;
		return { sessionToken, jwt, jwtExpiresAt: expiresAt, me };
	}

	async #describe(principal: UserPrincipal): Promise<Me> {
		const { pool, standings } = this.#parts;
		const { subject, tenantId, roles } = principal;
		const standing =
			principal.session === undefined ? null : await askDatabase(() => standings.find(subject, tenantId));
		const tenant = standing?.tenant ?? (await askDatabase(() => findTenant(pool, tenantId)));
		if (tenant === null) throw new AppError("NOT_FOUND", { message: "The tenant of this credential is gone." });
		const { email = null, name = null } = standing ?? {};
		return { id: subject, email, name, tenant, roles, principal };
	}

	#inTenant<Result>(principal: Principal, work: (pool: Pool, user: UserPrincipal) => Promise<Result>): Promise<Result> {
		return askDatabase(async () => work(this.#parts.pool, signedIn(principal)));
	}

	#kratos(): NonNullable<PeopleParts["kratos"]> {
		const { kratos } = this.#parts;
		if (kratos !== null) return kratos;
		throw new AppError("UPSTREAM_UNAVAILABLE", {
			message: "This server runs without an identity service.",
			hint: "Start it with APPRUN_KRATOS=on, or name a Kratos of your own.",
		});
	}
}

function signedIn(principal: Principal): UserPrincipal {
	if (principal.kind === "user") return principal;
	throw new AppError("UNAUTHENTICATED", { message: "Nobody is signed in.", hint: "Sign in first: mutation login." });
}
