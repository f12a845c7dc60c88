// A self-service flow that Kratos refused → one AppError whose `fields` name the arguments. Kratos' own sentences are
// shown for fields only; they are written for the person who filled them in.
import { AppError } from "../../error/app-error.ts";
import { isRecord } from "../tenancy/assignment.ts";
import type { RegistrationRefusal } from "../tenancy/decide-registration.ts";
import { type KratosRefusal, kratosAway } from "./kratos-client.ts";

export interface FieldError {
	/** Path of the argument, such as `["input", "email"]`. */
	readonly path: readonly string[];
	readonly message: string;
}

/** What the registration hook says through Kratos: message id, the form's field, and the sentence. */
export const hookMessages = Object.freeze({
	tenantChosen: {
		id: 4_000_900,
		pointer: "#/traits/tenant_id",
		text: "The tenant is assigned by the server and cannot be chosen.",
	},
	invitationUnknown: {
		id: 4_000_901,
		pointer: "#/transient_payload/invitation",
		text: "The invitation is not known, has expired, or was used already.",
	},
	invitationForOther: {
		id: 4_000_902,
		pointer: "#/transient_payload/invitation",
		text: "The invitation was made for another e-mail address.",
	},
	tenantName: {
		id: 4_000_903,
		pointer: "#/transient_payload/tenantName",
		text: "The tenant's name must have 1 to 200 characters and no control characters.",
	},
} satisfies Record<RegistrationRefusal["refused"], unknown>);

const wrongCredentials = 4_000_006;
const duplicate = 4_000_007;

const paths: Readonly<Record<string, readonly string[]>> = {
	"traits.email": ["input", "email"],
	"traits.name": ["input", "name"],
	identifier: ["input", "email"],
	password: ["input", "password"],
};
const pathsByMessage: ReadonlyMap<number, readonly string[]> = new Map<number, readonly string[]>([
	[duplicate, ["input", "email"]],
	[hookMessages.invitationUnknown.id, ["input", "invitation"]],
	[hookMessages.invitationForOther.id, ["input", "invitation"]],
	[hookMessages.tenantName.id, ["input", "tenantName"]],
]);

interface Message {
	readonly id: number;
	readonly text: string;
	readonly node: string | null;
}

/** What to throw for a flow that was refused: BAD_USER_INPUT, UNAUTHENTICATED for wrong credentials, else UPSTREAM_UNAVAILABLE. */
export function flowError(refusal: KratosRefusal): AppError {
	const messages = readMessages(refusal.body);
	if (messages.some(({ id }) => id === wrongCredentials)) return wrongPassword(refusal);
	// After a right password only: what it says about the account is said to its owner.
	if (messages.length === 0 && (refusal.status === 401 || refusal.status === 403))
		return new AppError("UNAUTHENTICATED", {
			message: "This account is disabled.",
			hint: "Ask whoever operates this server.",
			cause: refusal,
		});
	if (messages.length === 0) return kratosAway(refusal);
	const fields = messages.map(({ id, text, node }): FieldError => {
		const path = pathsByMessage.get(id) ?? (node === null ? undefined : paths[node]) ?? ["input"];
		return { path, message: text };
	});
	const first = fields[0] as FieldError;
	return new AppError("BAD_USER_INPUT", {
		message: `${first.path.join(".")}: ${first.message}`,
		extensions: { field: first.path.join("."), fields },
		cause: refusal,
	});
}

/** The same for an unknown e-mail address and for a wrong password. */
export function wrongPassword(cause: unknown): AppError {
	return new AppError("UNAUTHENTICATED", {
		message: "The e-mail address or the password is wrong.",
		hint: "Check both, or recover the account at /auth/recovery.",
		cause,
	});
}

function readMessages(flow: unknown): readonly Message[] {
	const ui = isRecord(flow) && isRecord(flow["ui"]) ? flow["ui"] : {};
	const nodes = Array.isArray(ui["nodes"]) ? ui["nodes"].filter(isRecord) : [];
	return [
		...errorsIn(ui["messages"], null),
		...nodes.flatMap((node) => {
			const attributes = isRecord(node["attributes"]) ? node["attributes"] : {};
			return errorsIn(node["messages"], typeof attributes["name"] === "string" ? attributes["name"] : null);
		}),
	];
}

function errorsIn(messages: unknown, node: string | null): Message[] {
	if (!Array.isArray(messages)) return [];
	return messages.filter(isRecord).flatMap(({ id, text, type }) => {
		return type === "error" && typeof id === "number" && typeof text === "string" ? [{ id, text, node }] : [];
	});
}
