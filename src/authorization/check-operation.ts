// What a principal's operation would be decided, without running it: for `apprun policy check` and explanations. Takes an
// operation as execution would bind it, gives every decision about every root field.
import type { Principal } from "../identity/principal.ts";
import type { PreparedField } from "../operation/prepare.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Decision } from "./decision.ts";
import type { FieldNeeds } from "./field-needs.ts";
import { decideEach } from "./gate.ts";

/** The decisions about one root field. */
export interface CheckedField {
	/** Response key. */
	readonly key: string;
	readonly allowed: boolean;
	/** Empty for a field that needs no right. */
	readonly decisions: readonly Decision[];
}

/** Decides all fields of an operation. @throws AppError BAD_USER_INPUT for arguments that cannot be read */
export function checkOperation(
	{ authorizer, needsOf }: { readonly authorizer: Authorizer; readonly needsOf: FieldNeeds },
	principal: Principal,
	operation: { readonly fields: readonly PreparedField[]; readonly variables: Readonly<Record<string, unknown>> },
): readonly CheckedField[] {
	return operation.fields.map((field): CheckedField => {
		const needs = needsOf(field, operation.variables);
		if (needs.kind !== "rights") {
			const allowed = needs.kind === "public" || principal.kind === "user";
			return { key: field.key, allowed, decisions: [] };
		}
		const decisions = decideEach(authorizer, principal, needs.touches);
		return { key: field.key, allowed: decisions.every(({ allowed }) => allowed), decisions };
	});
}
