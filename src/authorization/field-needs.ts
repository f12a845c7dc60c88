// What one call of a root field needs: nothing, somebody who is signed in, or the right to each thing that it touches.
import type { PreparedField } from "../operation/prepare.ts";
import type { ReadArguments } from "../plan/read-arguments.ts";
import type { DataModel } from "../schema/model.ts";
import { type Access, type AccessMap, fillTemplate } from "./access.ts";
import type { Touch } from "./decision.ts";
import { createTouches } from "./touches.ts";

export type Needs =
	| { readonly kind: "public" }
	| { readonly kind: "signedIn" }
	| { readonly kind: "rights"; readonly touches: readonly Touch[] };

/**
 * Tells what a field of a prepared operation needs.
 * @throws AppError BAD_USER_INPUT for arguments that cannot be read; Error for a field that nobody classified
 */
export type FieldNeeds = (field: PreparedField, variables: Readonly<Record<string, unknown>>) => Needs;

const open: Needs = Object.freeze({ kind: "public" });

/** @param from.readArguments how planning reads arguments, so that both mean the same */
export function createFieldNeeds(from: {
	readonly access: AccessMap;
	readonly model: DataModel;
	readonly readArguments: ReadArguments;
}): FieldNeeds {
	const { access, readArguments } = from;
	const readTouches = createTouches(from.model, readArguments);
	const classes = new WeakMap<PreparedField, Access>();
	const classOf = (field: PreparedField, definition: string): Access => {
		const known = classes.get(field);
		if (known !== undefined) return known;
		const name = `${field.parent.name}.${definition}`;
		const found = access.get(name);
		if (found === undefined) throw new Error(`${name} was never classified`);
		classes.set(field, found);
		return found;
	};
	return (field, variables) => {
		const { key, args, data } = field;
		// `__typename` says nothing about anybody; introspection is decided by the gate.
		if (args === null) return open;
		const needed = classOf(field, args.definition.name);
		switch (needed.kind) {
			case "public":
			case "signedIn":
				return needed;
			case "needs": {
				const object = fillTemplate(needed.object, readArguments(args, variables));
				return { kind: "rights", touches: [{ object, action: needed.action }] };
			}
			case "data":
				if (data === null) throw new Error(`${key} is a data field without a selection`);
				return { kind: "rights", touches: readTouches(data, variables) };
		}
	};
}
