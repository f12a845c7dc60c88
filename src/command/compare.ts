// `apprun compare`: asks the same questions of apprun, of PostGraphile and of PostgREST alone, refuses when their rows
// differ, and prints what each answer cost. For the local stack, started with APPRUN_POSTGRAPHILE=on.
import type { Config } from "../config/load-config.ts";
import { createDatabaseClaims } from "../identity/database-claims.ts";
import { mintDevelopmentToken } from "../identity/development-jwt.ts";
import { type Compared, compareWays } from "../postgraphile/compare-ways.ts";
import { madeRowPrefix, questions } from "../postgraphile/questions.ts";
import { openWay, type Way } from "../postgraphile/ways.ts";
import { findKnownRows, removeMadeRows } from "../stack/compared-rows.ts";
import { openStatementCounter } from "../stack/count-statements.ts";
import { type RunFile, readRunFile } from "../stack/run-file.ts";
import { loadSecrets } from "../stack/secrets.ts";
import { StackError } from "../stack/stack-error.ts";
import { findTenant } from "./find-tenant.ts";

export interface CompareOptions {
	/** Slug or id of a tenant with the demo's rows. */
	readonly tenant: string;
	/** Measured requests of each question. */
	readonly runs: number;
}

const lifeSeconds = 300;

/** The report. @throws StackError when there is nothing to compare with, Error when the answers differ */
export async function compare(config: Config, { tenant, runs }: CompareOptions): Promise<string> {
	const run = readRunFile(config.dataDir);
	if (run?.postgraphile === undefined)
		throw new StackError(
			run === null ? `No local stack runs on ${config.dataDir}.` : "The local stack that runs has no PostGraphile.",
			"Start it with `APPRUN_POSTGRAPHILE=on npm start`.",
		);
	const tenantId = await findTenant(config, tenant);
	const rows = await findKnownRows(run.database, tenantId);
	const opened = (await waysOf(config, run, run.postgraphile, tenantId)).map(openWay);
	const counter = await openStatementCounter(run.database);
	try {
		return render(await compareWays(opened, questions(rows), { runs, counter }), runs);
	} finally {
		await removeMadeRows(run.database, tenantId, madeRowPrefix);
		await counter?.close();
		for (const way of opened) await way.close();
	}
}

/** The three ways of a running stack, for an owner of a tenant. */
export async function waysOf(config: Config, run: RunFile, postgraphile: string, tenantId: string): Promise<Way[]> {
	const secrets = loadSecrets(config.dataDir);
	const identity = { subject: "00000000-0000-4000-8000-000000000000", tenantId, roles: ["owner"] };
	const expiresAt = Math.floor(Date.now() / 1000) + lifeSeconds;
	const principal = { kind: "user", ...identity, expiresAt, credential: "development-jwt" } as const;
	const token = await mintDevelopmentToken(secrets.developmentSecret, identity, lifeSeconds);
	const claims = await createDatabaseClaims(config.jwtSecret ?? secrets.jwtSecret)(principal);
	const socketPath = run.postgrest.startsWith("unix:") ? run.postgrest.slice("unix:".length) : null;
	return [
		{ name: "apprun", url: run.graphql, socketPath: null, token },
		{ name: "postgraphile", url: postgraphile, socketPath: null, token: claims.token },
		{
			name: "postgrest",
			url: socketPath === null ? run.postgrest : "http://postgrest",
			socketPath,
			token: claims.token,
		},
	];
}

function render(compared: readonly Compared[], runs: number): string {
	const head = ["question", "way", "rows", "bytes", "ms", "statements"];
	const lines = compared.map(({ question, way, rows, bytes, milliseconds, statements }) => [
		...[question, way, String(rows), String(bytes), milliseconds.toFixed(2)],
		statements === null ? "–" : String(statements),
	]);
	const widths = head.map((name, column) => Math.max(...[head, ...lines].map((line) => (line[column] ?? name).length)));
	const text = [head, ...lines].map((line) =>
		line
			.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
			.join("  "),
	);
	return `${[
		"The three ways give the same rows.",
		"",
		...text,
		"",
		`ms: median of ${runs}, one request at a time · statements: of one request in Postgres, without BEGIN and COMMIT`,
	].join("\n")}\n`;
}
