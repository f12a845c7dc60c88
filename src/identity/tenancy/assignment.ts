// What the server wrote into a person's `metadata_public` at Kratos: the tenant that they work in. Refuses to read
// anything else out of it. Only the registration hook, switchTenant and removeMember write it.

export interface Assignment {
	/** UUID, lower case. */
	readonly tenantId: string;
	/** Roles at the time of writing: for readers of the JWT outside of apprun, which asks the database. */
	readonly roles: readonly string[];
	/** The invitation that brought the person there; null: they founded the tenant, or an operator put them there. */
	readonly invitationId: string | null;
	/** Name that the founder gave to the tenant. */
	readonly tenantName: string | null;
}

/** As Kratos knows a person. */
export interface Person {
	readonly subject: string;
	readonly email: string;
	readonly name: string | null;
	/** The `tenant_id` trait: what the person sees of their tenant; null: none. */
	readonly tenantTrait: string | null;
	readonly assignment: Assignment | null;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a value is the text of a UUID. */
export const isUuid = (value: unknown): value is string => typeof value === "string" && uuid.test(value);

/** `metadata_public` → what is assigned; null when it is not what this server writes. */
export function readAssignment(metadata: unknown): Assignment | null {
	if (!isRecord(metadata) || !isUuid(metadata["tenant_id"])) return null;
	const { tenant_id: tenantId, roles, invitation_id: invitationId, tenant_name: tenantName } = metadata;
	return Object.freeze({
		tenantId: tenantId.toLowerCase(),
		roles: Object.freeze(Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : []),
		invitationId: isUuid(invitationId) ? invitationId : null,
		tenantName: typeof tenantName === "string" ? tenantName : null,
	});
}

/** The reverse of readAssignment. */
export function writeAssignment(assignment: Assignment): Record<string, unknown> {
	return {
		tenant_id: assignment.tenantId,
		roles: [...assignment.roles],
		...(assignment.invitationId === null ? {} : { invitation_id: assignment.invitationId }),
		...(assignment.tenantName === null ? {} : { tenant_name: assignment.tenantName }),
	};
}

/**
 * A person out of what Kratos tells about an identity (its API and its hooks).
 * @throws TypeError when there is no id or no e-mail: then the identity schema is not apprun's
 */
export function readPerson(identity: unknown): Person {
	const { id, traits, metadata_public: metadata } = isRecord(identity) ? identity : {};
	const { email, name, tenant_id: tenantTrait } = isRecord(traits) ? traits : {};
	if (typeof id !== "string" || typeof email !== "string")
		throw new TypeError("An identity at Kratos has no id or no e-mail trait.");
	return Object.freeze({
		subject: id,
		email,
		name: typeof name === "string" && name.trim() !== "" ? name.trim() : null,
		tenantTrait: typeof tenantTrait === "string" && tenantTrait !== "" ? tenantTrait : null,
		assignment: readAssignment(metadata),
	});
}

export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
