// Takes two schemas, gives what changes for clients from one to the other: what breaks them, what may, and what is only more.
// Breaking and dangerous changes are graphql-js' own; what was added is what the way back would remove.
import {
	BreakingChangeType,
	findBreakingChanges,
	findDangerousChanges,
	type GraphQLSchema,
	isInputType,
} from "graphql";

export interface SchemaChange {
	readonly severity: "breaking" | "dangerous" | "safe";
	/** One sentence, such as `Product.sku was removed.` */
	readonly message: string;
}

/** Breaking changes first; within a severity in the order of the schema. */
export function compareSchemas(before: GraphQLSchema, after: GraphQLSchema): readonly SchemaChange[] {
	const as = (severity: SchemaChange["severity"]) => (message: string) => Object.freeze({ severity, message });
	return [
		...findBreakingChanges(before, after).map(({ description }) => as("breaking")(description)),
		...findDangerousChanges(before, after).map(({ description }) => as("dangerous")(description)),
		...findAdditions(before, after).map(as("safe")),
	];
}

const additions: ReadonlySet<BreakingChangeType> = new Set([
	BreakingChangeType.TYPE_REMOVED,
	BreakingChangeType.FIELD_REMOVED,
]);

/** Types, and fields of answers; a new field of an input is dangerous or breaking, and told as such. */
function findAdditions(before: GraphQLSchema, after: GraphQLSchema): readonly string[] {
	return findBreakingChanges(after, before).flatMap(({ type, description }) => {
		const owner = description.split(/[. ]/)[0] ?? "";
		const isInput = type === BreakingChangeType.FIELD_REMOVED && isInputType(after.getType(owner));
		return additions.has(type) && !isInput ? [description.replace(/ was removed\.$/, " was added.")] : [];
	});
}
