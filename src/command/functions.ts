// `apprun functions deploy|invoke|list|logs`: the functions of a tenant from the command line, through the GraphQL of a
// running apprun, so that the same rights, limits and log apply. Gives a report and whether all went well.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Config } from "../config/load-config.ts";
import { StackError } from "../stack/stack-error.ts";
import { type EndpointOptions, openEndpoint } from "./open-endpoint.ts";

export interface Report {
	readonly report: string;
	readonly succeeded: boolean;
}

/** Tells how far it is; the text is a line. */
export type Progress = (text: string) => void;

export interface DeployOptions extends EndpointOptions {
	readonly kind?: string;
	readonly description?: string;
	/** `timeMs=500,logLines=10`. */
	readonly limits?: string;
}

/** Deploys a file. @throws StackError for what cannot be read or is refused */
export async function deployFunction(
	config: Config,
	{ name, file, progress }: { readonly name: string; readonly file: string; readonly progress: Progress },
	options: DeployOptions,
): Promise<Report> {
	const bytes = await readFile(file).catch((cause: unknown) => {
		throw new StackError(`The module ${file} cannot be read.`, "Name a .wasm file.", cause);
	});
	const ask = await openEndpoint(config, options);
	progress(`sending ${basename(file)}, ${bytes.length} bytes`);
	const startedAt = performance.now();
	const { deployFunction: version } = await ask<{ deployFunction: DeployedVersion }>(
		`mutation ($input: DeployFunctionInput!) { deployFunction(input: $input) { version kind entry sha256 } }`,
		{
			input: {
				name,
				module: bytes.toString("base64"),
				...(options.kind === undefined ? {} : { kind: options.kind.toUpperCase() }),
				...(options.description === undefined ? {} : { description: options.description }),
				...(options.limits === undefined ? {} : { limits: parseLimits(options.limits) }),
			},
		},
	);
	progress(`admitted and stored in ${Math.round(performance.now() - startedAt)} ms`);
	const { version: number, kind, entry, sha256 } = version;
	return {
		report: `${name} version ${number} is active: ${kind.toLowerCase()}, ${entry}, sha256 ${sha256}\n`,
		succeeded: true,
	};
}

interface DeployedVersion {
	readonly version: number;
	readonly kind: string;
	readonly entry: string;
	readonly sha256: string;
}

function parseLimits(text: string): Record<string, number> {
	return Object.fromEntries(
		text.split(",").map((pair) => {
			const [, name, value] = /^\s*([a-zA-Z]+)\s*=\s*(\d+)\s*$/.exec(pair) ?? [];
			if (name === undefined)
				throw new StackError(`${pair} is no limit.`, "Write limits such as timeMs=500,logLines=10.");
			return [name, Number(value)];
		}),
	);
}

export interface InvokeOptions extends EndpointOptions {
	/** A number. */
	readonly version?: string;
}

/** Invokes a function; the answer is the report, everything else goes to `progress`. */
export async function invokeFunction(
	config: Config,
	{ name, input, progress }: { readonly name: string; readonly input: string; readonly progress: Progress },
	options: InvokeOptions,
): Promise<Report> {
	const ask = await openEndpoint(config, options);
	const variables = { name, input: parseInput(input), version: parseVersion(options.version) };
	const { invokeFunction: result } = await ask<{ invokeFunction: Result }>(
		`mutation ($name: String!, $input: JSON, $version: Int) { invokeFunction(name: $name, input: $input, version: $version) {
			status output error { code message hint } logs durationMs cold version } }`,
		variables,
	);
	for (const line of result.logs) progress(`| ${line}`);
	const { status, version, durationMs, cold, error } = result;
	progress(`${status} version ${version} in ${durationMs.toFixed(1)} ms${cold ? ", cold" : ""}`);
	if (error === null) return { report: `${JSON.stringify(result.output)}\n`, succeeded: true };
	return { report: `${error.code}: ${error.message} ${error.hint}\n`, succeeded: false };
}

interface Result {
	readonly status: string;
	readonly output: unknown;
	readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
	readonly logs: readonly string[];
	readonly durationMs: number;
	readonly cold: boolean;
	readonly version: number;
}

function parseInput(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		throw new StackError("The input is not JSON.", `Quote it for the shell, such as '[1, 2]' or '"a text"'.`);
	}
}

function parseVersion(text: string | undefined): number | null {
	if (text === undefined) return null;
	if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
	throw new StackError(`${text} is no version.`, "Versions are 1, 2, 3 …");
}

/** Lists a tenant's functions. */
export async function listFunctions(config: Config, options: EndpointOptions): Promise<Report> {
	const ask = await openEndpoint(config, options);
	const { functions } = await ask<{ functions: readonly Listed[] }>(
		`{ functions { name description versions { version } activeVersion { version kind entry size deployedAt } } }`,
	);
	const rows = functions.map(
		({ name, description, versions, activeVersion: { version, kind, entry, size, deployedAt } }) => [
			name,
			`${version} of ${versions.length}`,
			kind.toLowerCase(),
			entry,
			`${size} bytes`,
			deployedAt,
			description ?? "",
		],
	);
	const head = ["name", "version", "kind", "entry", "size", "deployed", "description"];
	return { report: rows.length === 0 ? "There are no functions yet.\n" : table(head, rows), succeeded: true };
}

interface Listed {
	readonly name: string;
	readonly description: string | null;
	readonly versions: readonly unknown[];
	readonly activeVersion: {
		readonly version: number;
		readonly kind: string;
		readonly entry: string;
		readonly size: number;
		readonly deployedAt: string;
	};
}

export interface LogOptions extends EndpointOptions {
	readonly status?: string;
	readonly first: number;
}

/** Lists what was invoked, newest first. @param name null: every function */
export async function listInvocations(config: Config, name: string | null, options: LogOptions): Promise<Report> {
	const ask = await openEndpoint(config, options);
	const { functionInvocations } = await ask<{ functionInvocations: { nodes: readonly Logged[] } }>(
		`query ($name: String, $status: FunctionStatus, $first: Int!) { functionInvocations(name: $name, status: $status, first: $first) {
			nodes { startedAt name version status durationMs cold errorMessage logs caller } } }`,
		{ name, status: options.status?.toUpperCase() ?? null, first: options.first },
	);
	const rows = functionInvocations.nodes.map((row) => [
		row.startedAt,
		`${row.name}@${row.version}`,
		row.status,
		`${row.durationMs.toFixed(1)} ms${row.cold ? " cold" : ""}`,
		row.errorMessage ?? row.logs.at(-1) ?? "",
	]);
	const head = ["started", "function", "status", "time", "error or last line"];
	return { report: rows.length === 0 ? "No such call is in the log.\n" : table(head, rows), succeeded: true };
}

interface Logged {
	readonly startedAt: string;
	readonly name: string;
	readonly version: number;
	readonly status: string;
	readonly durationMs: number;
	readonly cold: boolean;
	readonly errorMessage: string | null;
	readonly logs: readonly string[];
}

/** Columns as wide as their widest cell. Guests write log lines: nothing in them may steer a terminal. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const cells = [head, ...rows].map((row) => row.map((cell) => cell.replace(/\p{Cc}/gu, " ")));
	const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
	const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
	return `${cells.map((row) => line(row).trimEnd()).join("\n")}\n`;
}
