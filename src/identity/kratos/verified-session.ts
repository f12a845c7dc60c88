// What a credential of Kratos proves, before apprun's own database had its say (admit.ts).
import type { Session } from "@ory/client";
import type { PrincipalSession } from "../principal.ts";
import { readAssignment } from "../tenancy/assignment.ts";

export interface VerifiedSession {
	readonly subject: string;
	/** From `metadata_public`; null: Kratos knows this person, but no tenant was ever assigned. */
	readonly tenantId: string | null;
	/** Seconds since 1970 when the credential ends. */
	readonly expiresAt: number;
	readonly session: PrincipalSession;
}

/** Kratos' session → what it proves; null when it proves nothing: inactive, ended, or of a disabled identity. */
export function readSession(session: Session): VerifiedSession | null {
	const { identity } = session;
	const expiresAt = Date.parse(session.expires_at ?? "") / 1000;
	const issuedAt = Date.parse(session.issued_at ?? "");
	if (session.active !== true || identity === undefined || identity.state === "inactive") return null;
	if (!(expiresAt * 1000 > Date.now()) || !Number.isFinite(issuedAt)) return null;
	return Object.freeze({
		subject: identity.id,
		tenantId: readAssignment(identity.metadata_public)?.tenantId ?? null,
		expiresAt,
		session: Object.freeze({
			id: session.id,
			issuedAt,
			assurance: session.authenticator_assurance_level ?? "aal0",
		}),
	});
}
