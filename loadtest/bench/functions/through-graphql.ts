// Functions end to end: `add` through HTTP, GraphQL, authorization and a host, at a fixed rate and unloaded, on an apprun of
// its own.
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import { packageRoot } from "../../../src/stack/package-root.ts";
import { loadSecrets } from "../../../src/stack/secrets.ts";
import { readExample } from "../../../test/support/functions/examples.ts";
import { type Measurement, measure, type RepeatedRequest } from "../measure.ts";
import { decimals, type Table } from "../render-table.ts";
import { sendOnce, type Unloaded } from "../send-once.ts";
import { type RunningApprun, startApprun } from "../start-apprun.ts";
import type { Bench } from "../suite.ts";

export interface EndToEnd {
	readonly unloaded: Omit<Unloaded, "body">;
	readonly atRate: Measurement;
}

const acme = "11111111-1111-4111-8111-111111111111";
const perSecond = 200;
const seconds = 10;
const repeats = 100;

/** Starts apprun, deploys, measures, and ends it. */
export async function measureEndToEnd({ note, options, signal }: Bench): Promise<EndToEnd> {
	note("starting apprun");
	const settings = { APPRUN_KRATOS: "off", APPRUN_LOG_LEVEL: "warn" };
	const apprun = await startApprun({ root: packageRoot, settings, profileDir: null, signal });
	try {
		const send = await sender(apprun);
		const module = Buffer.from(readExample("add-rust").bytes).toString("base64");
		const deploy = `mutation { deployFunction(input: { name: "add", module: "${module}" }) { version } }`;
		await sendOnce(send(deploy), 0, signal);
		const request = send('mutation { invokeFunction(name: "add", input: [1, 2]) { status output } }');
		note(`unloaded, then ${perSecond} calls a second`);
		const { body, ...unloaded } = await sendOnce(request, repeats, signal);
		const accepts = (text: string) => text === body && text.includes("SUCCESS");
		const groups = [{ name: "apprun", pid: apprun.run.pids.apprun, tree: false }];
		const load = { connections: options.connections, seconds: 2, rate: perSecond };
		await measure({ request, load, accepts, groups, signal });
		return { unloaded, atRate: await measure({ request, load: { ...load, seconds }, accepts, groups, signal }) };
	} finally {
		await apprun.stop();
	}
}

async function sender({ run, config }: RunningApprun): Promise<(query: string) => RepeatedRequest> {
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
export function endToEndTable({ unloaded, atRate }: EndToEnd): Table {
	const { p50, p95 } = atRate.latency;
	return {
		title: "add through HTTP and GraphQL (ms)",
		columns: ["", "p50", "p95", "errors"],
		rows: [
			["one at a time", decimals(unloaded.median, 2), decimals(unloaded.p95, 2), "0"],
			[`${perSecond} calls a second`, decimals(p50, 2), decimals(p95, 2), String(atRate.errors)],
		],
		words: 1,
		notes: [],
	};
}
