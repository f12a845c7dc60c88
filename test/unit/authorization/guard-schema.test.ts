// The guard on root fields: unclassified ones refuse to start and are listed; resolve and subscribe are guarded, and what a
// resolver gives or throws comes through unchanged.
import { makeExecutableSchema } from "@graphql-tools/schema";
import {
	createSourceEventStream,
	execute,
	extendSchema,
	GraphQLError,
	GraphQLObjectType,
	GraphQLSchema,
	parse,
	subscribe,
} from "graphql";
import { expect, test } from "vitest";
import { classifyRootFields, UnclassifiedFieldsError } from "../../../src/authorization/access.ts";
import { guardSchema } from "../../../src/authorization/guard-schema.ts";
import { handWrittenExtension } from "../../../src/schema/hand-written.ts";
import type { DataModel } from "../../../src/schema/model.ts";

const empty: DataModel = {
	tables: new Map(),
	queries: new Map(),
	mutations: new Map(),
	enums: new Map(),
	composites: new Map(),
	collisions: [],
};
const directives = /* GraphQL */ `
	directive @public on FIELD_DEFINITION
	directive @signedIn on FIELD_DEFINITION
	directive @needs(object: String!, action: String!) on FIELD_DEFINITION
`;
const problemsOf = (sdl: string): readonly string[] => {
	try {
		classifyRootFields(makeExecutableSchema({ typeDefs: [directives, sdl] }), empty);
		return [];
	} catch (error) {
		if (error instanceof UnclassifiedFieldsError) return error.problems;
		throw error;
	}
};

test("every unclassified root field is listed, of all three kinds", () => {
	expect(
		problemsOf("type Query { a: Int b: Int @public } type Mutation { c: Int } type Subscription { d: Int }"),
	).toEqual([
		expect.stringContaining("Query.a"),
		expect.stringContaining("Mutation.c"),
		expect.stringContaining("Subscription.d"),
	]);
});

test.each([
	["two at once", "a: Int @public @signedIn"],
	["an unknown object", 'a: Int @needs(object: "admn/policy", action: "read")'],
	["an unknown action", 'a: Int @needs(object: "admin/policy", action: "raed")'],
	["an argument that is not there", 'a: Int @needs(object: "function:{name}", action: "read")'],
	["an argument that may be missing", 'a(name: String): Int @needs(object: "function:{name}", action: "read")'],
	["an argument that is a list", 'a(name: [String!]!): Int @needs(object: "function:{name}", action: "read")'],
])("refused: %s", (_name, field) => {
	expect(problemsOf(`type Query { ${field} }`)).toEqual([expect.stringContaining("Query.a")]);
});

test.each([
	["an argument", 'a(name: String!): Int @needs(object: "function:{name}", action: "read")'],
	["a field of an input", 'a(input: I!): Int @needs(object: "function:{input.name}", action: "deploy")'],
])("accepted: %s", (_name, field) => {
	expect(problemsOf(`type Query { ${field} } input I { name: String! }`)).toEqual([]);
});

/** As of a database that nobody may write to. */
const bare = new GraphQLSchema({ query: new GraphQLObjectType({ name: "Query", fields: {} }) });

test("the hand-written subschemas classify all of theirs", () => {
	const extended = extendSchema(bare, handWrittenExtension(bare));
	expect(Object.keys(extended.getMutationType()?.getFields() ?? {})).toContain("invokeFunction");
	expect(() => classifyRootFields(extended, empty)).not.toThrow();
});

/** A schema whose root fields count their calls; `allowed` says whether the gate lets anybody through. */
function guarded(allowed: () => boolean) {
	const called: string[] = [];
	async function* source() {
		called.push("source");
		yield { ticks: 1 };
		yield { ticks: 2 };
	}
	const fail = (thrown: unknown) => () => {
		throw thrown;
	};
	const schema = makeExecutableSchema({
		typeDefs: [
			directives,
			`type Query { ok: Int @public plain: Thing @public throws: Int @public throwsText: Int @public gives: Int @public }
			type Thing { name: String }
			type Subscription { ticks: Int @public both: Int @public }`,
		],
		resolvers: {
			Query: {
				ok: () => called.push("ok"),
				throws: fail(new GraphQLError("its own", { extensions: { code: "CONFLICT" } })),
				throwsText: fail("text"),
				gives: () => new Error("given"),
			},
			Subscription: {
				ticks: { subscribe: source },
				both: { subscribe: source, resolve: (event: { ticks: number }) => event.ticks },
			},
		},
	});
	const gate = () => (allowed() ? null : new GraphQLError("refused", { extensions: { code: "FORBIDDEN" } }));
	guardSchema(schema, { access: classifyRootFields(schema, empty), gate, explain: (error) => error });
	return { schema, called };
}

const run = (schema: ReturnType<typeof guarded>["schema"], text: string, contextValue: unknown = {}) =>
	execute({ schema, document: parse(text), contextValue, rootValue: { plain: { name: "from the root value" } } });

test("a refused field is not resolved, whatever its name in the answer", async () => {
	const { schema, called } = guarded(() => false);
	const { data, errors } = await run(schema, "{ a: ok b: ok ok plain { name } }");
	expect(data).toEqual({ a: null, b: null, ok: null, plain: null });
	expect(errors?.map(({ extensions }) => extensions["code"])).toEqual(Array(4).fill("FORBIDDEN"));
	expect(called).toEqual([]);
});

test("a schema with a field that nobody classified is not guarded, but refused", () => {
	const schema = makeExecutableSchema({ typeDefs: "type Query { a: Int b: Int }" });
	const access = new Map([["Query.a", { kind: "public" }]] as const);
	expect(() => guardSchema(schema, { access, gate: () => null, explain: (error) => error })).toThrow("Query.b");
});

test("an allowed field is resolved, also by default, and its nested fields are untouched", async () => {
	const { schema, called } = guarded(() => true);
	expect(await run(schema, "{ ok plain { name } }")).toEqual({
		data: { ok: 1, plain: { name: "from the root value" } },
	});
	expect(called).toEqual(["ok"]);
	expect(schema.getType("Thing")).toMatchObject({ _fields: { name: { resolve: undefined } } });
});

test("a resolver's own error comes through, and what is no error never becomes data", async () => {
	const { schema } = guarded(() => true);
	const { data, errors } = await run(schema, "{ throws throwsText gives }");
	expect(data).toEqual({ throws: null, throwsText: null, gives: null });
	expect(errors?.map(({ message }) => message)).toEqual(["its own", "A resolver threw what is no error.", "given"]);
	expect(errors?.[0]?.extensions["code"]).toBe("CONFLICT");
});

test("a frozen context is fine, and nothing is written into it", async () => {
	const { schema } = guarded(() => true);
	expect(await run(schema, "{ ok }", Object.freeze({}))).toEqual({ data: { ok: 1 } });
});

test.each(["ticks", "both"])("a refused subscription to %s never opens its source", async (field) => {
	const { schema, called } = guarded(() => false);
	const outcome = await createSourceEventStream({
		schema,
		document: parse(`subscription { ${field} }`),
		contextValue: {},
	});
	expect(outcome).toMatchObject({ errors: [{ extensions: { code: "FORBIDDEN" } }] });
	expect(called).toEqual([]);
});

test.each(["ticks", "both"])("a right that is taken away ends the events of %s", async (field) => {
	let allowed = true;
	const { schema } = guarded(() => allowed);
	const stream = await subscribe({ schema, document: parse(`subscription { ${field} }`), contextValue: {} });
	if (!(Symbol.asyncIterator in stream)) throw new Error("no stream");
	expect((await stream.next()).value).toEqual({ data: { [field]: 1 } });
	allowed = false;
	expect((await stream.next()).value).toMatchObject({ data: { [field]: null }, errors: [{ message: "refused" }] });
});
