// The first requests of each case, one at a time: how long they take, what the right answer is, and whether both ways
// give the same rows. Refuses to go on when they do not.
import { isDeepStrictEqual } from "node:util";
import { sendOnce, type Unloaded } from "../send-once.ts";
import type { DataCase } from "./cases.ts";
import type { Stage } from "./stage.ts";
import type { Target, TargetName } from "./targets.ts";

export interface UnloadedSample extends Unloaded {
	readonly case: string;
	readonly target: TargetName;
	/** Method and path. */
	readonly request: string;
}

const repeats = 50;

/** Measures them. @throws Error showing two answers that differ */
export async function measureUnloaded(stage: Stage, signal: AbortSignal): Promise<UnloadedSample[]> {
	const samples: UnloadedSample[] = [];
	for (const each of stage.cases) {
		const rows: unknown[] = [];
		for (const target of stage.targets) {
			const request = await target.request(each);
			const sample = await sendOnce(request, repeats, signal);
			samples.push({ case: each.name, target: target.name, request: `${request.method} ${request.path}`, ...sample });
			rows.push(target.rows(each, sample.body));
		}
		if (each.writes) await stage.cleanUp();
		if (rows.length > 1) refuseDifference(each, rows);
	}
	return samples;
}

/** Tells a right answer under load: a read gives the same bytes each time, a write begins as one that succeeded. */
export function expectation(each: DataCase, target: Target, unloaded: readonly UnloadedSample[]) {
	if (each.writes) return (body: string) => body.startsWith(target.writtenPrefix);
	const expected = unloaded.find((sample) => sample.case === each.name && sample.target === target.name)?.body;
	return (body: string) => body === expected;
}

/** Versions of the services that were measured. */
export function versionsOf({ postgresVersion }: Stage, unloaded: readonly UnloadedSample[]): Record<string, string> {
	const server = unloaded.find(({ target }) => target === "postgrest")?.server;
	// apprun says it to nobody, so it is known only where PostgREST was asked.
	return { Postgres: postgresVersion, ...(server && { PostgREST: server.replace("postgrest/", "") }) };
}

/** PostgREST gives a list always, apprun one row for a field that is no list. */
function refuseDifference(each: DataCase, [ours, theirs]: readonly unknown[]): void {
	const comparable = (rows: unknown): unknown => {
		const text = JSON.stringify(Array.isArray(rows) ? rows : [rows]);
		// A new row has a new id each time.
		return JSON.parse(each.writes ? text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "") : text);
	};
	if (Array.isArray(theirs) && theirs.length > 0 && isDeepStrictEqual(comparable(ours), comparable(theirs))) return;
	const [one = "", other = ""] = [ours, theirs].map((rows) => JSON.stringify(rows).slice(0, 1000));
	throw new Error(`Case ${each.name}: the answers differ.\napprun:    ${one}\nPostgREST: ${other}`);
}
