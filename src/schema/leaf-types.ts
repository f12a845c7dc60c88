// GraphQL types of columns: scalars, enums, composites, lists of them. One instance a schema, since a type name may exist once.
import {
	GraphQLBoolean,
	GraphQLEnumType,
	GraphQLFloat,
	type GraphQLInputType,
	GraphQLInt,
	GraphQLList,
	GraphQLNonNull,
	type GraphQLOutputType,
	type GraphQLScalarType,
	GraphQLString,
} from "graphql";
import type { Column, ColumnType } from "./catalog.ts";
import { CompositeTypes } from "./composite-types.ts";
import { enumNames } from "./enum-names.ts";
import { type DataModel, typeKey } from "./model.ts";
import { scalarMapping } from "./scalar-types.ts";
import { scalarTypes } from "./scalars.ts";

type Leaf = GraphQLScalarType | GraphQLEnumType;

const builtIn: Readonly<Record<string, GraphQLScalarType>> = {
	String: GraphQLString,
	Int: GraphQLInt,
	Float: GraphQLFloat,
	Boolean: GraphQLBoolean,
};

/** The leaf types of one schema. */
export class LeafTypes {
	readonly #model: DataModel;
	readonly #enums = new Map<string, GraphQLEnumType>();
	readonly #composites: CompositeTypes;

	constructor(model: DataModel) {
		this.#model = model;
		this.#composites = new CompositeTypes(model, this);
	}

	/** Type of a value that a client sends. */
	input(type: ColumnType): GraphQLInputType {
		if (type.kind === "array") return new GraphQLList(this.input(type.element));
		return type.kind === "composite" ? this.#composites.input(type) : this.leaf(type);
	}

	/** Type of a value in an answer, without its nullability. */
	output(type: ColumnType): GraphQLOutputType {
		if (type.kind === "array") return new GraphQLList(this.output(type.element));
		return type.kind === "composite" ? this.#composites.output(type) : this.leaf(type);
	}

	/** The scalar of this name. */
	named(name: string): GraphQLScalarType {
		const scalar = builtIn[name] ?? scalarTypes.get(name);
		if (scalar === undefined) throw new Error(`no scalar is named ${name}`);
		return scalar;
	}

	/** The scalar or enum of a type that is neither an array nor a composite. */
	leaf(type: Exclude<ColumnType, { kind: "array" | "composite" }>): Leaf {
		if (type.kind === "enum") return this.#enum(type);
		const name = scalarMapping(type).graphql;
		const scalar = builtIn[name] ?? scalarTypes.get(name);
		if (scalar === undefined) throw new Error(`no scalar is named ${name}`);
		return scalar;
	}

	#enum(type: Extract<ColumnType, { kind: "enum" }>): GraphQLEnumType {
		const name = this.#model.enums.get(typeKey(type)) ?? type.name;
		const known = this.#enums.get(name);
		if (known !== undefined) return known;
		const names = enumNames(type.labels);
		const made = new GraphQLEnumType({
			name,
			description: type.comment,
			// The value inside is the GraphQL name: rows are decoded to it, and plans encode it back to the label.
			values: Object.fromEntries(type.labels.map((label) => [names[label] ?? label, {}])),
		});
		this.#enums.set(name, made);
		return made;
	}
}

/** Type of a column in an answer, with its nullability. */
export function columnOutputType(leaves: LeafTypes, column: Column): GraphQLOutputType {
	const type = leaves.output(column.type);
	return column.nullable ? type : new GraphQLNonNull(type);
}
