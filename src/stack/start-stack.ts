// Starts the local stack in order: data dir → Postgres → migrations → demo → PostgREST and Kratos side by side. A service
// with an address in the settings is used instead of being started. What fails on the way ends what had been started.
import type { Config } from "../config/load-config.ts";
import type { Observe } from "../observe/observation.ts";
import { installStatementCounter } from "./count-statements.ts";
import { type DataDir, openDataDir } from "./data-dir.ts";
import type { Endpoints, KratosEndpoint } from "./endpoints.ts";
import { externalKratos } from "./external-kratos.ts";
import { healthOf } from "./health.ts";
import { startKratos } from "./kratos.ts";
import { migrate } from "./migrate.ts";
import { kratosBinary } from "./pinned-binaries.ts";
import { type Placement, placeServices } from "./placement.ts";
import { startPostgraphile } from "./postgraphile.ts";
import { type StackParts, startPostgres } from "./postgres.ts";
import { startPostgrest } from "./postgrest.ts";
import { resolveBinary } from "./resolve-binary.ts";
import { loadSecrets } from "./secrets.ts";
import { seedDemo } from "./seed.ts";
import { seedPeople } from "./seed-people.ts";
import type { Service } from "./service.ts";
import type { ServicePids, Stack } from "./stack.ts";

/**
 * Starts the services and waits until all of them answer.
 * @param signal stops the start; whatever runs by then is ended
 * @throws StackError with a remedy; nothing runs any more then
 */
export async function startStack(config: Config, observe: Observe, signal?: AbortSignal): Promise<Stack> {
	const dataDir = await openDataDir(config.dataDir);
	const running = new RunningServices(dataDir);
	// One failure ends the other starts, so that nothing is started after the stop below.
	const failed = new AbortController();
	const either = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
	try {
		const stored = loadSecrets(config.dataDir);
		const authenticatorPassword = config.authenticatorPassword ?? stored.authenticatorPassword;
		const secrets = { ...stored, authenticatorPassword };
		running.placement = await placeServices(config.dataDir, config.serviceUser, secrets, observe);
		const hooks = { observe, onPid: running.notePid };
		const parts = { placement: running.placement, secrets, hooks, observe, signal: either };
		const endpoints = await startServices(config, parts, running, failed);
		signal?.throwIfAborted();
		return { endpoints, health: healthOf(endpoints), pids: () => running.pids(), stop: () => running.stop() };
	} catch (error) {
		failed.abort(error);
		await running.stop();
		throw signal?.aborted === true ? signal.reason : error;
	}
}

/** Building Kratos may take minutes the first time, so it begins at once and is awaited last. */
async function startServices(
	config: Config,
	parts: StackParts,
	running: RunningServices,
	failed: AbortController,
): Promise<Endpoints> {
	const wantsKratos = config.kratos && config.kratosPublicUrl === null;
	const kratosProgram = wantsKratos ? findKratos(config, parts) : null;
	const database = startDatabase(config, parts, running);
	const jwtSecret = config.jwtSecret ?? parts.secrets.jwtSecret;
	const withPostgraphile = wantsPostgraphile(config, parts.observe);
	const starting = [
		database.then(({ databaseUrl, socketDir }) =>
			postgrestEndpoint(config, { databaseUrl, socketDir, jwtSecret }, parts, running),
		),
		kratosProgram === null
			? externalKratos(config)
			: Promise.all([database, kratosProgram]).then(async ([{ databaseUrl }, program]) => {
					const kratos = await startKratos(config, databaseUrl, program, parts);
					running.add(kratos.service);
					return withDemoPeople(config, databaseUrl, kratos.endpoint, parts);
				}),
		withPostgraphile
			? database.then(async ({ databaseUrl, socketDir }) => {
					const { service, url } = await startPostgraphile(config, { databaseUrl, socketDir, jwtSecret }, parts);
					running.add(service);
					return { postgraphileUrl: url };
				})
			: {},
	] as const;
	for (const part of starting) Promise.resolve(part).catch((error: unknown) => failed.abort(error));
	await Promise.allSettled(starting);
	const [postgrest, kratos, postgraphile] = await Promise.all(starting);
	const { databaseUrl } = await database;
	return Object.freeze({
		databaseUrl,
		postgrest,
		kratos,
		...postgraphile,
		developmentSecret: config.production ? null : parts.secrets.developmentSecret,
	});
}

async function withDemoPeople(
	config: Config,
	databaseUrl: string,
	kratos: KratosEndpoint,
	{ secrets, observe }: StackParts,
): Promise<KratosEndpoint> {
	if (!config.demo || config.databaseUrl !== null) return kratos;
	const password = secrets.demoPassword;
	const made = await seedPeople({ databaseUrl, adminUrl: kratos.adminUrl, password }, observe);
	return { ...kratos, demoPeople: { password, made } };
}

/** Casbin does not decide there, so in production only somebody who insists gets it. */
function wantsPostgraphile({ postgraphile, production }: Config, observe: Observe): boolean {
	if (postgraphile === "off") return false;
	const wanted = !production || postgraphile === "force";
	observe({
		kind: "stack.note",
		message: wanted
			? "PostGraphile runs for comparison at /compare/graphql: no policy of apprun applies there, only grants and row level security."
			: "APPRUN_POSTGRAPHILE=on does nothing in production, because no policy of apprun applies there; `force` runs it all the same.",
	});
	return wanted;
}

function findKratos(config: Config, { observe, signal }: StackParts): Promise<string> {
	return resolveBinary(kratosBinary, { explicitPath: config.kratosBin, dataDir: config.dataDir, observe, signal });
}

/** A database that is migrated, and seeded when it is our own. */
async function startDatabase(
	config: Config,
	parts: StackParts,
	running: RunningServices,
): Promise<{ databaseUrl: string; socketDir: string | null }> {
	const { secrets, observe, signal } = parts;
	const { authenticatorPassword } = secrets;
	const countStatements = config.postgraphile !== "off";
	const embedded = config.databaseUrl === null ? await startPostgres(parts, countStatements) : null;
	if (embedded !== null) running.add(embedded.service);
	const databaseUrl = embedded?.databaseUrl ?? config.databaseUrl ?? "";
	signal.throwIfAborted();
	await migrate(databaseUrl, { authenticatorPassword, statementTimeoutMs: config.statementTimeoutMs }, observe);
	if (embedded !== null && config.demo) await seedDemo(databaseUrl, observe);
	if (embedded !== null && countStatements) await installStatementCounter(databaseUrl);
	signal.throwIfAborted();
	return { databaseUrl, socketDir: embedded?.socketDir ?? null };
}

async function postgrestEndpoint(
	config: Config,
	database: { databaseUrl: string; socketDir: string | null; jwtSecret: string },
	parts: StackParts,
	running: RunningServices,
): Promise<Endpoints["postgrest"]> {
	const { jwtSecret } = database;
	if (config.postgrestUrl !== null)
		return { url: config.postgrestUrl, socketPath: null, adminUrl: config.postgrestAdminUrl, jwtSecret };
	const { service, socketPath, adminUrl } = await startPostgrest(config, database, parts);
	running.add(service);
	return { url: "http://postgrest", socketPath, adminUrl, jwtSecret };
}

/** What has been started, so that it can be ended in reverse at any moment. */
class RunningServices {
	readonly #dataDir: DataDir;
	readonly #services = new Map<string, Service>();
	#stopped: Promise<void> | null = null;
	placement: Placement | null = null;

	constructor(dataDir: DataDir) {
		this.#dataDir = dataDir;
	}

	readonly notePid: DataDir["noteChild"] = (name, pid) => this.#dataDir.noteChild(name, pid);

	add(service: Service): void {
		this.#services.set(service.name, service);
	}

	pids(): ServicePids {
		const pid = (name: string) => this.#services.get(name)?.pid ?? null;
		return {
			postgres: pid("postgres"),
			postgrest: pid("postgrest"),
			kratos: pid("kratos"),
			postgraphile: pid("postgraphile"),
		};
	}

	stop(): Promise<void> {
		this.#stopped ??= this.#stopAll();
		return this.#stopped;
	}

	async #stopAll(): Promise<void> {
		const first = ["postgrest", "kratos", "postgraphile"];
		await Promise.all(first.map((name) => this.#services.get(name)?.stop()));
		// Last, because the others use it to the end.
		await this.#services.get("postgres")?.stop();
		this.placement?.dispose();
		this.#dataDir.release();
	}
}
