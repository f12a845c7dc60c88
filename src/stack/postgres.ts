// Starts the embedded Postgres of a data dir, making the cluster first when there is none; refuses a cluster of another
// major version, and one whose password is lost.
import { existsSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Observe } from "../observe/observation.ts";
import { endProcess } from "./end-process.ts";
import { postgresBinary } from "./npm-binaries.ts";
import type { Placement } from "./placement.ts";
import { probePostgres } from "./probe.ts";
import { identifyProcess } from "./process-identity.ts";
import { lastLines, runCommand } from "./run-command.ts";
import type { Secrets } from "./secrets.ts";
import type { Service, ServiceHooks } from "./service.ts";
import { StackError } from "./stack-error.ts";
import { startOnFreePorts } from "./start-on-free-ports.ts";
import { timeStep } from "./time-step.ts";

const major = "17";
const superuser = "postgres";

/** What every part of the stack gets. */
export interface StackParts {
	readonly placement: Placement;
	readonly secrets: Secrets;
	readonly hooks: ServiceHooks;
	readonly observe: Observe;
	readonly signal: AbortSignal;
}

/** The running Postgres. */
export interface EmbeddedPostgres {
	readonly service: Service;
	/** Superuser, over loopback TCP. */
	readonly databaseUrl: string;
	/** libpq's `host` for its unix socket. */
	readonly socketDir: string;
}

// For a small machine with a few dozen connections. Parallel workers and JIT cost more than they bring to short queries;
// nothing is replicated. UTC makes what the demo and the tests print independent of the machine.
const settings: Readonly<Record<string, string>> = Object.freeze({
	listen_addresses: "127.0.0.1",
	unix_socket_permissions: "0700",
	max_connections: "100",
	shared_buffers: "96MB",
	effective_cache_size: "512MB",
	work_mem: "8MB",
	maintenance_work_mem: "64MB",
	random_page_cost: "1.1",
	jit: "off",
	max_parallel_workers_per_gather: "0",
	max_worker_processes: "4",
	wal_level: "minimal",
	max_wal_senders: "0",
	max_wal_size: "512MB",
	min_wal_size: "64MB",
	timezone: "UTC",
	log_timezone: "UTC",
	log_min_messages: "warning",
	log_checkpoints: "off",
	update_process_title: "off",
	cluster_name: "apprun",
});

/** What `apprun compare` counts statements with; loaded at the start of Postgres or never. */
const counting = { shared_preload_libraries: "pg_stat_statements", "pg_stat_statements.save": "off" };

/** Starts Postgres and waits until it takes queries. @param countStatements loads pg_stat_statements */
export async function startPostgres(parts: StackParts, countStatements: boolean): Promise<EmbeddedPostgres> {
	const { placement, secrets, hooks, signal } = parts;
	const program = await placement.reachable(postgresBinary(parts.observe));
	const dataDir = join(placement.dir, "postgres");
	if (existsSync(dataDir)) await checkCluster(dataDir);
	else await makeCluster(program, dataDir, parts);
	const urlOf = (port: number) =>
		`postgresql://${superuser}:${encodeURIComponent(secrets.postgresPassword)}@127.0.0.1:${port}/postgres`;
	const { service, ports } = await startOnFreePorts(
		1,
		(port = 0) => ({
			name: "postgres",
			command: program,
			args: [
				...["-D", dataDir, "-p", String(port), "-k", placement.socketDir],
				...Object.entries({ ...settings, ...(countStatements && counting) }).flatMap(([name, value]) => [
					"-c",
					`${name}=${value}`,
				]),
			],
			env: { LC_ALL: "C", TZ: "UTC" },
			cwd: "/",
			user: placement.user,
			// Fast shutdown: ends sessions, keeps everything committed (SIGTERM would wait for clients to leave).
			stopSignal: "SIGINT",
			stopTimeoutMs: 20_000,
			// Recovery after a crash replays the log first.
			startTimeoutMs: 60_000,
			prepare: () => {},
			probe: () => probePostgres(urlOf(port)),
		}),
		hooks,
		signal,
	);
	return { service, databaseUrl: urlOf(ports[0] ?? 0), socketDir: placement.socketDir };
}

/** An interrupted initdb leaves half a cluster, so it works beside the final place and the result is moved there. */
async function makeCluster(program: string, dataDir: string, parts: StackParts): Promise<void> {
	const { placement, secrets, observe, signal } = parts;
	const draft = placement.ownFolder("postgres.new");
	rmSync(draft, { recursive: true });
	placement.ownFolder("postgres.new");
	const passwordFile = join(placement.ownFolder("initdb"), "password");
	writeFileSync(passwordFile, `${secrets.postgresPassword}\n`, { mode: 0o600 });
	placement.own(passwordFile);
	const result = await timeStep("create the database cluster", observe, () =>
		runCommand({
			command: join(dirname(program), "initdb"),
			args: [
				...["-D", draft, "-U", superuser, "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8"],
				// The same order of text on every machine, whatever locales it has.
				...["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"],
			],
			env: { LC_ALL: "C", TZ: "UTC" },
			cwd: "/",
			user: placement.user,
			signal,
		}),
	);
	rmSync(dirname(passwordFile), { recursive: true, force: true });
	if (result.exitCode !== 0)
		throw new StackError(
			`The database cluster cannot be created in ${placement.dir}:\n${lastLines(result)}\n`,
			"Check that the disk has room, or set APPRUN_DATABASE_URL to a Postgres of your own.",
		);
	renameSync(draft, dataDir);
}

async function checkCluster(dataDir: string): Promise<void> {
	const found = readFileSync(join(dataDir, "PG_VERSION"), "utf8").trim();
	if (found !== major)
		throw new StackError(
			`${dataDir} was made by Postgres ${found}; this apprun brings Postgres ${major}.`,
			"Dump it with the apprun that made it, or set APPRUN_DATA_DIR to a new folder.",
		);
	await endLeftover(dataDir);
}

// We hold the lock of the data dir, so a Postgres in it has lost its apprun. When the pid in the file belongs to somebody
// else by now, Postgres would still refuse to start, so the file goes.
async function endLeftover(dataDir: string): Promise<void> {
	const pidFile = join(dataDir, "postmaster.pid");
	if (!existsSync(pidFile)) return;
	const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
	const owner = Number.isInteger(pid) && pid > 1 ? identifyProcess(pid) : null;
	if (owner !== null && worksIn(pid, dataDir)) await endProcess(owner, "SIGINT");
	rmSync(pidFile, { force: true });
}

/** Postgres works in its data dir. Without /proc the word of the file is taken. */
function worksIn(pid: number, dataDir: string): boolean {
	if (process.platform !== "linux") return true;
	try {
		return readlinkSync(`/proc/${pid}/cwd`) === dataDir;
	} catch {
		return false;
	}
}
