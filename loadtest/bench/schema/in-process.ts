// What the schema of 500 tables costs one process: building it, planning documents, and the callers of many tenants. In a
// process of its own, so that nothing else is counted: `node --expose-gc in-process.ts <data dir>` prints InProcess as JSON.
import { parse, specifiedRules, validate } from "graphql";
import { createApp } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import { anonymous } from "../../../src/identity/principal.ts";
import { coerceVariables } from "../../../src/operation/execute.ts";
import { type PreparedOperation, prepare } from "../../../src/operation/prepare.ts";
import { createCursors } from "../../../src/plan/cursor.ts";
import { planRoot } from "../../../src/plan/plan-root.ts";
import { loadSchema } from "../../../src/schema/load-schema.ts";
import { compile } from "../../../src/source/postgrest/compile.ts";
import { readRunFile } from "../../../src/stack/run-file.ts";
import { loadSecrets } from "../../../src/stack/secrets.ts";
import { median } from "../render-table.ts";

export interface InProcess {
	/** Milliseconds to read the catalog and to make the types. */
	readonly loadMs: number;
	/** Bytes of heap that the schema takes. */
	readonly schemaBytes: number;
	/** Milliseconds: median of many new documents, by step. */
	readonly fresh: { readonly parse: number; readonly validate: number; readonly plan: number };
	/** Milliseconds of a known document with new variables. */
	readonly repeatedMs: number;
	/** Bytes of heap after so many tenants, and after so many roles. */
	readonly callers: readonly { readonly what: string; readonly count: number; readonly heapBytes: number }[];
}

const [dataDir = ""] = process.argv.slice(2);
const run = readRunFile(dataDir);
if (run === null || globalThis.gc === undefined) throw new Error("Run with --expose-gc and a data dir in use.");
const collect = globalThis.gc;
const config = { ...loadConfig({ APPRUN_DATA_DIR: dataDir }), dbSchemas: ["wide"] };

function heapBytes(): number {
	collect();
	collect();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

const cursors = createCursors("of no use to anybody")(anonymous);
const before = heapBytes();
const startedAt = performance.now();
const { model, schema } = await loadSchema(run.database, config);
// Fields are made when they are first looked at: validation of anything looks at all of them.
validate(schema, parse("{ companies { code } }"));
const loadMs = performance.now() - startedAt;
const schemaBytes = heapBytes() - before;

/** Four levels, with arguments on each; no two are the same text or, while there are tables, about the same tables. */
function documentOf(number: number): string {
	const table = ["Invoices", "Contracts", "Shipments", "Assets", "Tickets"][number % 5];
	return `query d${number}($code: String, $limit: Int) {
		m${5 + (number % 40)}${table}(where: { code: { eq: $code } }, orderBy: [{ title: ASC }], limit: $limit) {
			code title a${number}: amount
			previous { code stage company { title } }
			origin { code previous { labels origin { code details } } }
		}
	}`;
}

function plan(prepared: PreparedOperation, given: Readonly<Record<string, unknown>>): void {
	const variables = coerceVariables(prepared, given);
	for (const { data } of prepared.variant(variables).fields)
		if (data !== null) {
			const made = planRoot(data, { model, variables, limits: config, cursors });
			if (made.kind === "read") compile(made);
		}
}

function measureFresh(count: number): InProcess["fresh"] {
	const times = { parse: [] as number[], validate: [] as number[], plan: [] as number[] };
	for (let number = 0; number < count; number++) {
		const text = documentOf(number);
		const began = performance.now();
		const document = parse(text);
		const parsed = performance.now();
		const [invalid] = validate(schema, document, specifiedRules);
		const validated = performance.now();
		if (invalid !== undefined) throw invalid;
		plan(prepare({ schema, model, document, operationName: null }), { code: `C${number}`, limit: 10 });
		times.plan.push(performance.now() - validated);
		times.parse.push(parsed - began);
		times.validate.push(validated - parsed);
	}
	return { parse: median(times.parse), validate: median(times.validate), plan: median(times.plan) };
}

function measureRepeated(count: number): number {
	const prepared = prepare({ schema, model, document: parse(documentOf(1)), operationName: null });
	for (let number = 0; number < 2000; number++) plan(prepared, { code: `w${number}`, limit: 5 });
	const began = performance.now();
	for (let number = 0; number < count; number++) plan(prepared, { code: `C${number}`, limit: 1 + (number % 50) });
	return (performance.now() - began) / count;
}

/** Lets many callers in, each of a tenant, or with a role, that nobody had before. */
async function measureCallers(perStep: number): Promise<InProcess["callers"]> {
	if (run === null) throw new Error("nothing runs");
	const { jwtSecret, developmentSecret } = loadSecrets(dataDir);
	const socketPath = run.postgrest.slice("unix:".length);
	const postgrest = { url: "http://postgrest", socketPath, adminUrl: null, jwtSecret };
	const endpoints = { databaseUrl: run.database, postgrest, kratos: null, developmentSecret };
	const app = await createApp({ config, stack: { endpoints, health: async () => [] }, observe: () => {} });
	const ask = async (tenantId: string, role: string) => {
		const identity = { subject: tenantId, tenantId, roles: [role] };
		const token = await mintDevelopmentToken(developmentSecret, identity, 3600);
		const headers = {
			"content-type": "application/json",
			accept: "application/json",
			authorization: `Bearer ${token}`,
		};
		const body = JSON.stringify({ query: "{ companies(limit: 1) { code } }" });
		await (await app.fetch(new Request("http://bench/graphql", { method: "POST", headers, body }))).text();
	};
	const tenantOf = (number: number) => `aaaaaaaa-0000-4000-8000-${String(number).padStart(12, "0")}`;
	const callers: { what: string; count: number; heapBytes: number }[] = [];
	try {
		for (let number = 0; number < 500; number++) await ask(tenantOf(0), "reader");
		callers.push({ what: "one tenant, one role", count: 1, heapBytes: heapBytes() });
		for (const what of ["tenants", "roles"] as const)
			for (let step = 1; step <= 3; step++) {
				for (let number = (step - 1) * perStep; number < step * perStep; number++)
					await (what === "tenants" ? ask(tenantOf(number), "reader") : ask(tenantOf(0), `role${number}`));
				callers.push({ what, count: step * perStep, heapBytes: heapBytes() });
			}
		return callers;
	} finally {
		await app.close();
	}
}

measureFresh(100);
const measured: InProcess = {
	loadMs,
	schemaBytes,
	fresh: measureFresh(200),
	repeatedMs: measureRepeated(5000),
	callers: await measureCallers(4000),
};
process.stdout.write(JSON.stringify(measured));
