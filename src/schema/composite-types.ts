// GraphQL types of composite types: an object type for answers and an input type beside it. One instance a schema; every
// attribute may be null, because Postgres promises nothing about them.
import { GraphQLInputObjectType, type GraphQLInputType, GraphQLObjectType, type GraphQLOutputType } from "graphql";
import { attributeNames } from "./attribute-names.ts";
import type { ColumnType } from "./catalog.ts";
import { type DataModel, typeKey } from "./model.ts";
import { compositeInputName } from "./naming.ts";
import { readByResponseKey } from "./read-by-response-key.ts";

export type CompositeType = Extract<ColumnType, { kind: "composite" }>;

/** What an attribute's own type is in GraphQL. */
export interface AttributeTypes {
	input(type: ColumnType): GraphQLInputType;
	output(type: ColumnType): GraphQLOutputType;
}

/** The types of one schema. */
export class CompositeTypes {
	readonly #model: DataModel;
	readonly #types: AttributeTypes;
	readonly #outputs = new Map<string, GraphQLObjectType>();
	readonly #inputs = new Map<string, GraphQLInputObjectType>();

	constructor(model: DataModel, types: AttributeTypes) {
		this.#model = model;
		this.#types = types;
	}

	output(type: CompositeType): GraphQLObjectType {
		const name = this.#nameOf(type);
		const known = this.#outputs.get(name);
		if (known !== undefined) return known;
		const fields = () =>
			[...attributeNames(type.attributes)].map(([field, attribute]) => [
				field,
				{
					type: this.#types.output(attribute.type),
					description: attribute.comment,
					resolve: readByResponseKey,
				},
			]);
		const made = new GraphQLObjectType({
			name,
			description: type.comment,
			fields: () => Object.fromEntries(fields()),
		});
		this.#outputs.set(name, made);
		return made;
	}

	input(type: CompositeType): GraphQLInputObjectType {
		const name = compositeInputName(this.#nameOf(type));
		const known = this.#inputs.get(name);
		if (known !== undefined) return known;
		const fields = () =>
			[...attributeNames(type.attributes)].map(([field, attribute]) => [
				field,
				{ type: this.#types.input(attribute.type), description: attribute.comment },
			]);
		const made = new GraphQLInputObjectType({
			name,
			description: "What is left out is null.",
			fields: () => Object.fromEntries(fields()),
		});
		this.#inputs.set(name, made);
		return made;
	}

	#nameOf(type: CompositeType): string {
		const name = this.#model.composites.get(typeKey(type));
		if (name === undefined) throw new Error(`the composite type ${type.name} has no name`);
		return name;
	}
}
