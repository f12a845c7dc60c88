// What a credential of Kratos proves → the principal, after apprun's own database had its say: the session has not ended,
// the person is a member of the tenant, the tenant is not suspended.
import type { Pool } from "pg";
import { AppError } from "../../error/app-error.ts";
import type { UserPrincipal } from "../principal.ts";
import { type Person, readPerson } from "../tenancy/assignment.ts";
import { provision } from "../tenancy/provision.ts";
import type { Standing, Standings } from "../tenancy/standing.ts";
import type { IdentityWatch } from "../tenancy/watch-identity.ts";
import { type KratosClient, KratosRefusal } from "./kratos-client.ts";
import type { VerifiedSession } from "./verified-session.ts";

export interface AdmitOptions {
	readonly kratos: KratosClient;
	readonly pool: Pool;
	readonly watch: IdentityWatch;
	readonly standings: Standings;
}

export interface Admit {
	/** The principal, when everything about it is known without asking; else undefined. Throws like `admit`. */
	peek(verified: VerifiedSession, credential: UserPrincipal["credential"]): UserPrincipal | undefined;
	/** Throws AppError UNAUTHENTICATED, FORBIDDEN (suspended tenant) or UPSTREAM_UNAVAILABLE. */
	admit(verified: VerifiedSession, credential: UserPrincipal["credential"]): Promise<UserPrincipal>;
}

/** Builds the step. */
export function createAdmit({ kratos, pool, watch, standings }: AdmitOptions): Admit {
	const principals = new WeakMap<VerifiedSession, { readonly standing: Standing; readonly principal: UserPrincipal }>();
	const principalOf = (
		verified: VerifiedSession,
		standing: Standing,
		credential: UserPrincipal["credential"],
	): UserPrincipal => {
		if (standing.suspended || watch.suspended(standing.tenant.id)) throw tenantSuspended();
		const known = principals.get(verified);
		if (known?.standing === standing && known.principal.credential === credential) return known.principal;
		const principal: UserPrincipal = Object.freeze({
			kind: "user",
			subject: verified.subject,
			tenantId: standing.tenant.id,
			roles: standing.roles,
			rolesAt: standing.policyVersion,
			expiresAt: verified.expiresAt,
			credential,
			session: verified.session,
		});
		principals.set(verified, { standing, principal });
		return principal;
	};
	return {
		peek(verified, credential) {
			if (!watch.live() || verified.tenantId === null) return undefined;
			if (watch.ended(verified.subject, verified.session) === true) throw ended();
			const standing = standings.peek(verified.subject, verified.tenantId);
			return standing === undefined ? undefined : principalOf(verified, standing, credential);
		},
		async admit(verified, credential) {
			const { subject, tenantId, session } = verified;
			if (tenantId === null) throw withoutTenant();
			if (await askDatabase(async () => watch.ended(subject, session))) throw ended();
			const standing = await askDatabase(() => standings.find(subject, tenantId));
			if (standing !== null) return principalOf(verified, standing, credential);
			// The server was stopped between Kratos' two hooks: what the second one would have written is written now.
			const { person, createdAt } = await readIdentity(kratos, subject);
			const late = await askDatabase(async () =>
				(await provision(pool, person, createdAt)) ? standings.find(subject, tenantId) : null,
			);
			if (late === null) throw withoutTenant();
			return principalOf(verified, late, credential);
		},
	};
}

/** Runs what needs the database. Throws AppError UPSTREAM_UNAVAILABLE when that cannot answer. */
export async function askDatabase<Result>(work: () => Promise<Result>): Promise<Result> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof AppError) throw error;
		throw new AppError("UPSTREAM_UNAVAILABLE", { cause: error });
	}
}

/** Asks Kratos for a person. Throws AppError UNAUTHENTICATED when there is none, or UPSTREAM_UNAVAILABLE. */
export async function readIdentity(
	kratos: KratosClient,
	subject: string,
): Promise<{ readonly person: Person; readonly createdAt: Date }> {
	try {
		const identity = await kratos.ask(kratos.admin.getIdentity({ id: subject }));
		return { person: readPerson(identity), createdAt: new Date(identity.created_at ?? 0) };
	} catch (error) {
		if (!(error instanceof KratosRefusal)) throw error;
		throw new AppError("UNAUTHENTICATED", { message: "The person behind this credential is gone.", cause: error });
	}
}

function ended(): AppError {
	return new AppError("UNAUTHENTICATED", { message: "The session was signed out." });
}

function withoutTenant(): AppError {
	return new AppError("UNAUTHENTICATED", {
		message: "This person belongs to no tenant.",
		hint: "Ask an admin for an invitation and sign in with it: login(input: { email, password, invitation }).",
	});
}

/** What people of a suspended tenant are told. */
export function tenantSuspended(): AppError {
	return new AppError("FORBIDDEN", {
		message: "The tenant is suspended.",
		hint: "Ask whoever operates this server.",
	});
}
