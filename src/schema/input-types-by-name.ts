// Keeps types by their names: a schema may hold one type of a name, and types refer to one another in circles.
import { type GraphQLInputFieldConfigMap, GraphQLInputObjectType } from "graphql";

/** What makes an input type. `fields` is called when all types are there. */
export interface InputShape {
	readonly fields: () => GraphQLInputFieldConfigMap;
	readonly description?: string;
	/** Exactly one field has to be given. */
	readonly isOneOf?: boolean;
}

/** Input types by name, each made once. */
export class InputTypesByName {
	readonly #made = new Map<string, GraphQLInputObjectType>();

	/** The type of this name; the first caller's shape makes it. */
	once(name: string, { fields, description, isOneOf = false }: InputShape): GraphQLInputObjectType {
		const known = this.#made.get(name);
		if (known !== undefined) return known;
		const made = new GraphQLInputObjectType({ name, fields, isOneOf, description: description ?? null });
		this.#made.set(name, made);
		return made;
	}
}
