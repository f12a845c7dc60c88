// The types of connections: of each table its connection and its edges, and what tells about a page. Names and shape are those
// of Relay. Source: Relay, "GraphQL Cursor Connections Specification".
import {
	GraphQLBoolean,
	type GraphQLFieldConfig,
	type GraphQLFieldConfigArgumentMap,
	GraphQLInt,
	GraphQLList,
	GraphQLNonNull,
	GraphQLObjectType,
	GraphQLString,
} from "graphql";
import type { TableModel } from "./model.ts";
import { tableTypeNames } from "./naming.ts";
import { readByResponseKey } from "./read-by-response-key.ts";

const resolve = readByResponseKey;
const fact = { type: new GraphQLNonNull(GraphQLBoolean), resolve };
const cursor = { type: GraphQLString, resolve, description: "Null where the page is empty." };

const pageInfo = new GraphQLObjectType({
	name: "PageInfo",
	fields: { hasNextPage: fact, hasPreviousPage: fact, startCursor: cursor, endCursor: cursor },
});

/**
 * The root field of a table's connection.
 * @param from.row type of the table's rows
 * @param from.args `where` and `orderBy`, as of its list
 */
export function connectionField(
	table: TableModel,
	from: {
		readonly row: GraphQLObjectType;
		readonly args: GraphQLFieldConfigArgumentMap;
		readonly limits: { readonly defaultLimit: number; readonly maxLimit: number };
	},
): GraphQLFieldConfig<unknown, unknown> {
	const { defaultLimit, maxLimit } = from.limits;
	const size = `At most ${maxLimit}`;
	return {
		type: new GraphQLNonNull(connectionType(table, from.row)),
		args: {
			...from.args,
			first: {
				type: GraphQLInt,
				description: `Rows from the beginning, or after a cursor. ${size}; ${defaultLimit} when left out.`,
			},
			after: { type: GraphQLString, description: "Rows behind the one with this cursor." },
			last: { type: GraphQLInt, description: `Rows from the end, or before a cursor. ${size}.` },
			before: { type: GraphQLString, description: "Rows in front of the one with this cursor." },
		},
		description: `Rows of \`${table.table.name}\`, page by page.`,
	};
}

function connectionType(table: TableModel, row: GraphQLObjectType): GraphQLObjectType {
	const names = tableTypeNames(table.typeName);
	const list = (type: GraphQLObjectType) => new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)));
	const edge = new GraphQLObjectType({
		name: names.edge,
		fields: {
			node: { type: new GraphQLNonNull(row), resolve },
			cursor: { type: new GraphQLNonNull(GraphQLString), resolve },
		},
	});
	return new GraphQLObjectType({
		name: names.connection,
		fields: {
			edges: { type: list(edge), resolve },
			nodes: { type: list(row), resolve, description: "The rows of the edges." },
			pageInfo: { type: new GraphQLNonNull(pageInfo), resolve },
			totalCount: {
				type: new GraphQLNonNull(GraphQLInt),
				resolve,
				description: "Rows that match, on all pages; they are counted only where this is selected.",
			},
		},
	});
}
