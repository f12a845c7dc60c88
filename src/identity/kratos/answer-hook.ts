// What apprun answers when Kratos calls: registration (who gets which tenant), registered and settings-saved (write what
// was decided), settings (nobody changes their tenant). Takes the body of deploy/kratos/hook-body.jsonnet.
import type { Pool } from "pg";
import { AppError } from "../../error/app-error.ts";
import { isRecord, readPerson, writeAssignment } from "../tenancy/assignment.ts";
import { decideRegistration, type RegistrationRefusal } from "../tenancy/decide-registration.ts";
import { provision } from "../tenancy/provision.ts";
import { askDatabase, readIdentity } from "./admit.ts";
import { hookMessages } from "./flow-errors.ts";
import type { KratosClient } from "./kratos-client.ts";

export type HookName = "registration" | "registered" | "settings" | "saved";

export interface HookAnswer {
	readonly status: number;
	readonly body: unknown;
}

export interface HookServices {
	readonly kratos: KratosClient;
	readonly pool: Pool;
}

const nothing: HookAnswer = Object.freeze({ status: 200, body: {} });

/**
 * Answers one call of Kratos.
 * @throws AppError UPSTREAM_UNAVAILABLE when database or Kratos cannot be asked: then the flow fails, nothing is guessed
 */
export async function answerHook(services: HookServices, name: HookName, body: unknown): Promise<HookAnswer> {
	const call = isRecord(body) ? body : {};
	switch (name) {
		case "registration":
			return decide(services, call);
		case "settings":
			return keepTenant(call);
		case "registered":
		case "saved":
			return write(services, call);
	}
}

async function decide({ pool }: HookServices, call: Record<string, unknown>): Promise<HookAnswer> {
	const person = readPerson(call["identity"]);
	const decision = await askDatabase(() => decideRegistration(pool, person, call["transient_payload"]));
	if ("refused" in decision) return refusal(decision.refused);
	const { assignment } = decision;
	const { email, name } = person;
	const traits = { email, ...(name === null ? {} : { name }), tenant_id: assignment.tenantId };
	return { status: 200, body: { identity: { traits, metadata_public: writeAssignment(assignment) } } };
}

/** Both values come from Kratos: the trait as the person wants it, and what the server once assigned. */
function keepTenant(call: Record<string, unknown>): HookAnswer {
	const { email, name, tenantTrait, assignment } = readPerson(call["identity"]);
	const assigned = assignment?.tenantId ?? null;
	if (tenantTrait !== null) return tenantTrait.toLowerCase() === assigned ? nothing : refusal("tenantChosen");
	// Settings replace all traits, and whoever changes their name may have left the tenant out.
	const traits = { email, ...(name === null ? {} : { name }), ...(assigned === null ? {} : { tenant_id: assigned }) };
	return { status: 200, body: { identity: { traits } } };
}

/** Believes nothing of the call but the id: the rest is read from Kratos. So calling it again, or wrongly, does no harm. */
async function write({ kratos, pool }: HookServices, call: Record<string, unknown>): Promise<HookAnswer> {
	const { subject } = readPerson(call["identity"]);
	const { person, createdAt } = await readIdentity(kratos, subject);
	return askDatabase(async () => {
		await provision(pool, person, createdAt);
		await pool.query(
			`update apprun.memberships set email = $2, name = $3
			where subject = $1 and (email, name) is distinct from ($2, $3)`,
			[subject, person.email, person.name],
		);
		return nothing;
	});
}

function refusal(reason: RegistrationRefusal["refused"]): HookAnswer {
	const { id, pointer, text } = hookMessages[reason];
	return {
		status: 400,
		body: { messages: [{ instance_ptr: pointer, messages: [{ id, text, type: "error" }] }] },
	};
}

/** What Kratos is told when a hook fails. It shows callers its own words. */
export function hookFailure(error: unknown): HookAnswer {
	const code = error instanceof AppError ? error.code : "INTERNAL";
	return { status: code === "UNAUTHENTICATED" ? 404 : 503, body: { messages: [] } };
}
