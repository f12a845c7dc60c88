// Random nested queries over the demo and the fixture schemas, each answer compared with that of SQL which was written
// independently of planning and runs as the caller, so that row level security holds there too.
// PROPERTY_RUNS and PROPERTY_SEED choose how many and which; a difference prints the seed and the smallest query. In CI the
// questions are the same each time, elsewhere they are others.
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSchema } from "../../../src/schema/load-schema.ts";
import { type FixtureApp, type FixtureStack, fixtureUser, startFixtureStack } from "../../support/fixture-stack.ts";
import { demoTenants } from "../../support/open-app.ts";
import { toDocument } from "./document.ts";
import { toSql } from "./expected-sql.ts";
import { readFacts } from "./facts.ts";
import type { Question, Root } from "./question.ts";
import { questions } from "./questions.ts";

const runs = Number(process.env["PROPERTY_RUNS"] ?? 500);
const anySeed = process.env["CI"] === "true" ? 1_488_160_071 : Math.floor(Math.random() * 2 ** 31);
const seed = Number(process.env["PROPERTY_SEED"] ?? anySeed);
const exposed = ["api", "shop", "forum", "ledger"] as const;

let stack: FixtureStack;
let app: FixtureApp;
let database: Client;

beforeAll(async () => {
	stack = await startFixtureStack("shop", "forum", "ledger");
	app = await stack.open(...exposed);
	database = new Client({ connectionString: stack.endpoints.databaseUrl });
	await database.connect();
});
afterAll(async () => {
	await database?.end();
	await stack?.stop();
});

/** Runs SQL with the claims of a caller. */
async function asCaller(tenant: Question["tenant"], sql: string): Promise<unknown> {
	const claims = { role: "apprun_user", tenant_id: demoTenants[tenant], sub: fixtureUser, roles: ["owner"] };
	await database.query("select set_config('request.jwt.claims', $1, false)", [JSON.stringify(claims)]);
	const { rows } = await database.query<{ answer: unknown }>(`select ${sql} as answer`);
	return rows[0]?.answer ?? null;
}

/** A part of an answer in the form that the SQL gives. */
function comparable(root: Root, answer: ConnectionAnswer): unknown {
	if (root.kind !== "connection" || answer === null || answer === undefined) return answer;
	const { nodes, totalCount, pageInfo } = answer;
	return { nodes, totalCount, more: root.backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage };
}

interface ConnectionAnswer {
	readonly nodes: readonly unknown[];
	readonly totalCount: number;
	readonly pageInfo: {
		readonly hasNextPage: boolean;
		readonly hasPreviousPage: boolean;
		readonly startCursor: string | null;
		readonly endCursor: string | null;
	};
}

/** Pages of a connection that are followed. */
const mostPages = 4;

function nextPage(root: Root, answer: ConnectionAnswer): readonly Root[] {
	if (root.kind !== "connection") return [];
	const { startCursor, endCursor, hasNextPage, hasPreviousPage } = answer.pageInfo;
	const [cursor, more] = root.backward ? [startCursor, hasPreviousPage] : [endCursor, hasNextPage];
	const skipped = (root.from?.skipped ?? 0) + root.size;
	return !more || cursor === null || skipped >= mostPages * root.size ? [] : [{ ...root, from: { skipped, cursor } }];
}

test(`${runs} random queries are answered as independent SQL answers them (seed ${seed})`, async () => {
	const { model, schema } = await loadSchema(stack.endpoints.databaseUrl, { ...stack.config, dbSchemas: [...exposed] });
	const facts = await readFacts(database, model);
	await database.query("set role apprun_user");
	const check = async (question: Question): Promise<void> => {
		const { query, variables } = toDocument(question, schema);
		const answer = await app.ask({ query, variables }, { tenant: question.tenant });
		const sql = toSql(question, model, stack.config.defaultLimit);
		const wanted: unknown[] = [];
		for (const text of sql) wanted.push(await asCaller(question.tenant, text));
		const parts = question.roots.map((_, index) => answer.data?.[`r${index}`]);
		const given = question.roots.map((root, index) => comparable(root, parts[index]));
		if (answer.errors !== undefined || !isDeepStrictEqual(given, wanted)) {
			const asked = [query, JSON.stringify(variables), "answered", JSON.stringify(answer), "wanted"];
			throw new Error([...asked, JSON.stringify(wanted), ...sql].join("\n"));
		}
		const further = question.roots.flatMap((root, index) => nextPage(root, parts[index]));
		if (further.length > 0) await check({ ...question, roots: further });
	};
	const drawn = questions({ model, schema, facts, depth: 3 });
	// A question holds whole tables of the model: its document is what a reader wants.
	const readable = drawn.map((question) => ({
		question,
		[fc.toStringMethod]: () => toDocument(question, schema).query,
	}));
	const property = fc.asyncProperty(readable, ({ question }) => check(question));
	const { failed, numRuns, counterexamplePath, errorInstance } = await fc.check(property, { numRuns: runs, seed });
	const difference = failed && `seed ${seed}, path ${counterexamplePath}\n${errorInstance}`;
	expect(difference).toBe(false);
	expect(numRuns).toBe(runs);
}, 3_600_000);
