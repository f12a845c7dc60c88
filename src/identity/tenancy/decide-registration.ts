// Decides which tenant a person gets who is about to register: a new one, or the one of a valid invitation. Pure but for
// looking the invitation up; stores nothing, because the registration may still fail.
import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import { type Assignment, isRecord, type Person } from "./assignment.ts";
import { findInvitation } from "./invitations.ts";

/** Why a person cannot register like that. */
export interface RegistrationRefusal {
	readonly refused: "tenantChosen" | "invitationUnknown" | "invitationForOther" | "tenantName";
}

export type RegistrationDecision = { readonly assignment: Assignment } | RegistrationRefusal;

const longestTenantName = 200;
const longestSecret = 200;

/**
 * Assigns a tenant.
 * @param payload the flow's `transient_payload`: `{ invitation?, tenantName? }`, from the person, to be distrusted
 */
export async function decideRegistration(pool: Pool, person: Person, payload: unknown): Promise<RegistrationDecision> {
	const { invitation: secret, tenantName } = isRecord(payload) ? payload : {};
	if (isGiven(secret)) return joinBy(pool, person, secret);
	// Whatever id a person asks for, it is not the one that they are about to get.
	if (person.tenantTrait !== null) return { refused: "tenantChosen" };
	const name = isGiven(tenantName) ? tenantName : `${person.name ?? person.email.split("@")[0]}'s tenant`;
	if (!isTenantName(name)) return { refused: "tenantName" };
	const assignment = { tenantId: randomUUID(), roles: ["owner"], invitationId: null, tenantName: name.trim() };
	return { assignment };
}

async function joinBy(pool: Pool, person: Person, secret: unknown): Promise<RegistrationDecision> {
	if (typeof secret !== "string" || secret.length > longestSecret) return { refused: "invitationUnknown" };
	const invitation = await findInvitation(pool, secret.trim(), person.email);
	if (invitation === "unknown") return { refused: "invitationUnknown" };
	if (invitation === "otherEmail") return { refused: "invitationForOther" };
	const { tenantId, role, id: invitationId } = invitation;
	if (person.tenantTrait !== null && person.tenantTrait.toLowerCase() !== tenantId) return { refused: "tenantChosen" };
	return { assignment: { tenantId, roles: [role], invitationId, tenantName: null } };
}

/** An empty field of a form is not an answer. */
const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

/** Whether a text can be the name of a tenant. */
export function isTenantName(value: unknown): value is string {
	if (typeof value !== "string") return false;
	const name = value.trim();
	// Control characters have no place in a name, and Postgres cannot store a NUL.
	return name.length > 0 && name.length <= longestTenantName && !/\p{Cc}/u.test(name);
}
