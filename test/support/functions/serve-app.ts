// Starts serving-app.ts as a process of its own over the run's services, and speaks with it.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { type Caller, type GraphqlBody, graphqlRequest, tokenFor } from "../open-app.ts";

export interface ServedApp {
	readonly child: ChildProcessByStdio<Writable, Readable, null>;
	readonly pid: number;
	/** Sends an operation over HTTP. */
	ask(as: Caller, body: GraphqlBody): Promise<Response>;
	/** What it uses after a collection of garbage, and the pids of its function hosts. */
	rest(): Promise<{ readonly residentBytes: number; readonly hosts: readonly number[] }>;
	/** Ends it as an operator would, and waits for that. */
	stop(): Promise<void>;
}

/** Returns once it listens. */
export async function serveApp(): Promise<ServedApp> {
	const script = fileURLToPath(new URL("serving-app.ts", import.meta.url));
	const flags = ["--expose-gc", "--disable-warning=ExperimentalWarning"];
	const child = spawn(process.execPath, [...flags, script], { stdio: ["pipe", "pipe", "inherit"] });
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const { database, postgrest, developmentSecret } = inject("stack");
	const exchange = async (line: unknown) => {
		child.stdin.write(`${JSON.stringify(line)}\n`);
		return JSON.parse((await lines.next()).value as string);
	};
	const { url } = (await exchange({ database, postgrest, developmentSecret })) as { url: string };
	return {
		child,
		pid: child.pid ?? 0,
		ask: async (as, body) => await fetch(graphqlRequest(body, await tokenFor(as), url)),
		rest: () => exchange("rest"),
		async stop() {
			if (child.exitCode !== null || child.signalCode !== null) return;
			child.stdin.end();
			await once(child, "exit");
		},
	};
}
