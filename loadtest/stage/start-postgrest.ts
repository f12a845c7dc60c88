// Starts one more PostgREST over the same database, on a loopback port: k6 cannot speak to the unix socket that apprun's own
// listens on. Same program, configuration, flags and pool. Refuses with its last words when it does not come up.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../../src/config/load-config.ts";
import { freePorts } from "../../src/stack/free-ports.ts";
import { postgrestBinary } from "../../src/stack/npm-binaries.ts";
import { OutputTail } from "../../src/stack/output-tail.ts";
import { packageRoot } from "../../src/stack/package-root.ts";
import { probeHttp } from "../../src/stack/probe.ts";
import type { RunFile } from "../../src/stack/run-file.ts";
import { loadSecrets } from "../../src/stack/secrets.ts";

export interface RunningPostgrest {
	readonly url: string;
	readonly pid: number;
	stop(): Promise<void>;
}

const patienceMs = 30_000;

/** @throws Error with its last words, or the signal's reason */
export async function startPostgrestOnPort(
	config: Config,
	run: RunFile,
	signal: AbortSignal,
): Promise<RunningPostgrest> {
	const program = await postgrestBinary(() => {});
	const [port = 0, adminPort = 0] = await freePorts(2);
	const tail = new OutputTail();
	const child = spawn(program, [join(packageRoot, "deploy", "postgrest", "postgrest.conf")], {
		env: environment(config, run, port, adminPort),
		stdio: ["ignore", "pipe", "pipe"],
	});
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding("utf8").on("data", (chunk: string) => tail.push(chunk));
	try {
		for (const end = Date.now() + patienceMs; !(await probeHttp(`http://127.0.0.1:${adminPort}/ready`)); ) {
			if (child.exitCode !== null || Date.now() > end)
				throw new Error(`The PostgREST to compare with did not start. Its last words:\n${tail.text()}`);
			await sleep(50, undefined, { signal });
		}
	} catch (error) {
		await end(child);
		throw error;
	}
	return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop: () => end(child) };
}

function environment(config: Config, run: RunFile, port: number, adminPort: number): Record<string, string> {
	const { authenticatorPassword, jwtSecret } = loadSecrets(config.dataDir);
	const { port: databasePort, pathname } = new URL(run.database);
	// The socket of Postgres is beside that of apprun's own PostgREST.
	const host = dirname(run.postgrest.replace(/^unix:/, ""));
	const user = "apprun_authenticator";
	return {
		PGRST_DB_URI: `postgresql://${pathname}?${new URLSearchParams({ host, port: databasePort, user })}`,
		PGPASSWORD: authenticatorPassword,
		PGRST_DB_SCHEMAS: config.dbSchemas.join(","),
		PGRST_DB_POOL: String(config.postgrestPool),
		PGRST_JWT_SECRET: jwtSecret,
		PGRST_SERVER_HOST: "127.0.0.1",
		PGRST_SERVER_PORT: String(port),
		PGRST_ADMIN_SERVER_PORT: String(adminPort),
		// As src/stack/postgrest.ts.
		GHCRTS: "-N2 -A16m",
	};
}

async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const exited = once(child, "exit");
	child.kill("SIGTERM");
	const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
	await exited;
	clearTimeout(timer);
}
