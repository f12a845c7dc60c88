// Functions end to end: through HTTP, GraphQL, authorization, the registry and a host, on an apprun of its own: cold, one at a
// time, at a fixed rate, as many as there can be, and how soon another server knows a new version.
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import { packageRoot } from "../../../src/stack/package-root.ts";
import { loadSecrets } from "../../../src/stack/secrets.ts";
import { readExample } from "../../../test/support/functions/examples.ts";
import { type Measurement, measure, type RepeatedRequest } from "../measure.ts";
import { decimals, percentile, type Table } from "../render-table.ts";
import { sendOnce, type Unloaded } from "../send-once.ts";
import { type RunningApprun, startApprun } from "../start-apprun.ts";
import type { Bench } from "../suite.ts";
import { measureOtherServer } from "./other-server.ts";

export interface EndToEnd {
	/** Milliseconds of the first calls of modules that were just deployed. */
	readonly cold: { readonly p50: number; readonly p95: number };
	readonly unloaded: Omit<Unloaded, "body">;
	readonly atRate: Measurement;
	readonly atMost: Measurement;
	/** Milliseconds from the answer of a deployment until another server runs the new version. */
	readonly otherServer: { readonly p50: number; readonly p95: number };
}

const acme = "11111111-1111-4111-8111-111111111111";
const perSecond = 200;
const seconds = 10;
const repeats = 100;
const coldModules = 20;

export type Send = (query: string) => RepeatedRequest;

/** Starts apprun, deploys, measures, and ends it. @param profileDir where V8 writes a CPU profile; null: no profile */
export async function measureEndToEnd(bench: Bench, profileDir: string | null): Promise<EndToEnd> {
	const { note, signal } = bench;
	note("starting apprun");
	const settings = { APPRUN_KRATOS: "off", APPRUN_LOG_LEVEL: "warn" };
	const apprun = await startApprun({ root: packageRoot, settings, profileDir, signal });
	try {
		const send = await sender(apprun);
		note("first calls");
		const cold = await measureCold(send, signal);
		note(`one call at a time, then ${perSecond} a second, then as many as there can be`);
		const calls = await measureAdd({ apprun, send, bench });
		note("a new version on another server");
		return { cold, ...calls, otherServer: await measureOtherServer(apprun, { send, tenantId: acme, signal }) };
	} finally {
		await apprun.stop();
	}
}

/** A mutation that deploys a module. */
export function deployment(name: string, bytes: Uint8Array): string {
	const module = Buffer.from(bytes).toString("base64");
	return `mutation { deployFunction(input: { name: "${name}", module: "${module}" }) { version } }`;
}

async function measureCold(send: Send, signal: AbortSignal): Promise<EndToEnd["cold"]> {
	const { bytes } = readExample("process_product");
	const times: number[] = [];
	for (let index = 0; index < coldModules; index++) {
		// A custom section makes it another module. It refuses the input; what is measured is how it gets to do so.
		const other = Uint8Array.from([...bytes, 0, 3, 1, 0x78, index]);
		await sendOnce(send(deployment("cold", other)), 0, signal);
		const request = send('mutation { invokeFunction(name: "cold", input: null) { cold } }');
		const { first, body } = await sendOnce(request, 0, signal);
		if (!body.includes('"cold":true')) throw new Error(`a cold call was not: ${body}`);
		times.push(first);
	}
	return { p50: percentile(times, 50), p95: percentile(times, 95) };
}

async function measureAdd({ apprun, send, bench }: { apprun: RunningApprun; send: Send; bench: Bench }) {
	const { options, signal } = bench;
	await sendOnce(send(deployment("add", readExample("add-rust").bytes)), 0, signal);
	const request = send('mutation { invokeFunction(name: "add", input: [1, 2]) { status output } }');
	const { body, ...unloaded } = await sendOnce(request, repeats, signal);
	const accepts = (text: string) => text === body && text.includes("SUCCESS");
	const groups = [
		{ name: "apprun", pid: apprun.run.pids.apprun, tree: false },
		...apprun.run.pids.functionHosts.map((pid, index) => ({ name: `host ${index + 1}`, pid, tree: false })),
	];
	const input = { request, accepts, groups, signal };
	const { connections } = options;
	const load = (rate: number | null, seconds: number) => measure({ ...input, load: { connections, seconds, rate } });
	await load(perSecond, 2);
	const atRate = await load(perSecond, seconds);
	await load(null, 2);
	return { unloaded, atRate, atMost: await load(null, options.seconds) };
}

async function sender({ run, config }: RunningApprun): Promise<Send> {
	const { developmentSecret } = loadSecrets(config.dataDir);
	const identity = { subject: "bench", tenantId: acme, roles: ["owner"] };
	const token = await mintDevelopmentToken(developmentSecret, identity, 3600);
	const { origin, pathname } = new URL(run.graphql);
	return (query) => ({
		origin,
		socketPath: null,
		method: "POST",
		path: pathname,
		headers: { "content-type": "application/json", accept: "application/json", authorization: `Bearer ${token}` },
		body: JSON.stringify({ query }),
		unique: false,
	});
}

/** For a person. */
export function endToEndTable({ cold, unloaded, atRate, atMost, otherServer }: EndToEnd): Table {
	const row = (name: string, p50: number, p95: number, load: Measurement | null) => [
		...[name, decimals(p50, 2), decimals(p95, 2)],
		load === null ? "" : decimals(load.requestsPerSecond, 0),
		load === null ? "" : String(load.errors),
		load === null ? "" : decimals((load.cpuSecondsPer1000["apprun"] ?? Number.NaN) * 1000, 0),
	];
	return {
		title: "Through HTTP and GraphQL (ms)",
		columns: ["", "p50", "p95", "per second", "errors", "µs CPU"],
		rows: [
			row("cold, a module of 34 kB just deployed", cold.p50, cold.p95, null),
			row("add, one at a time", unloaded.median, unloaded.p95, null),
			row(`add, ${perSecond} a second`, atRate.latency.p50, atRate.latency.p95, atRate),
			row("add, as many as there can be", atMost.latency.p50, atMost.latency.p95, atMost),
			row("a new version on another server", otherServer.p50, otherServer.p95, null),
		],
		words: 1,
		notes: ["µs CPU: of apprun's own process, for a call"],
	};
}
