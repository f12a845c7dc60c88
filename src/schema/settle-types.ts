// Takes types whose fields are made when they are first asked for, and asks for them all, and for those of every type that
// they lead to, in turns with others: graphql-js asks for all of them at once.
import {
	type GraphQLNamedType,
	getNamedType,
	isInputObjectType,
	isInterfaceType,
	isObjectType,
	isUnionType,
} from "graphql";
import { takeTurns } from "./turns.ts";

/** Makes the fields of types and of all that they refer to. */
export async function settleTypes(types: Iterable<GraphQLNamedType>): Promise<void> {
	const turn = takeTurns();
	// A set is walked to its end, what is added meanwhile included.
	const reached = new Set(types);
	for (const type of reached) {
		for (const next of referredTo(type)) reached.add(next);
		await turn();
	}
}

function referredTo(type: GraphQLNamedType): readonly GraphQLNamedType[] {
	if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => getNamedType(field.type));
	if (isUnionType(type)) return type.getTypes();
	if (!isObjectType(type) && !isInterfaceType(type)) return [];
	return Object.values(type.getFields()).flatMap((field) => [
		getNamedType(field.type),
		...field.args.map((argument) => getNamedType(argument.type)),
	]);
}
