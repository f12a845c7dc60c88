// What each service weighs at a moment: PSS, in which pages that processes share count in parts, so services add up.
import type { RunFile } from "../../../src/stack/run-file.ts";
import { pssBytes } from "../processes.ts";

export const services = ["postgres", "postgrest", "kratos", "apprun", "function hosts"] as const;

/** Bytes by service. */
export type Weight = Readonly<Record<(typeof services)[number], number>> & {
	/** Seconds since the load began. */
	readonly second: number;
};

/** Weighs them. @throws Error naming a service that does not run */
export function weigh(pids: RunFile["pids"], second: number): Weight {
	const of = (name: string, pid: number | null, tree = false): number => {
		const bytes = pid === null ? null : pssBytes({ name, pid, tree });
		if (bytes === null) throw new Error(`${name} does not run, so what everything weighs is not known.`);
		return bytes;
	};
	return {
		second,
		postgres: of("postgres", pids.postgres, true),
		postgrest: of("postgrest", pids.postgrest),
		kratos: of("kratos", pids.kratos),
		apprun: of("apprun", pids.apprun),
		"function hosts": pids.functionHosts.reduce((sum, pid) => sum + of("a function host", pid), 0),
	};
}
