// Starts the embedded Ory Kratos with its tables in schema `kratos`: role and schema first, then its own migrations, then
// the server on two free loopback ports, configured by deploy/kratos/ and what only this machine knows.
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import type { Config } from "../config/load-config.ts";
import { packageRoot } from "./package-root.ts";
import { kratosBinary } from "./pinned-binaries.ts";
import type { StackParts } from "./postgres.ts";
import { probeHttp } from "./probe.ts";
import { lastLines, runCommand } from "./run-command.ts";
import type { Service } from "./service.ts";
import { StackError } from "./stack-error.ts";
import { startOnFreePorts } from "./start-on-free-ports.ts";
import { timeStep } from "./time-step.ts";

/** The running Kratos. */
export interface EmbeddedKratos {
	readonly service: Service;
	readonly publicUrl: string;
	readonly adminUrl: string;
}

const role = "apprun_kratos";
const schema = "kratos";

// Go's default keeps up to half a gigabyte of garbage under load; with these Kratos stays at 83 MB.
const goMemory = { GOMEMLIMIT: "96MiB", GOGC: "50" };

/**
 * Starts Kratos and waits until it is ready.
 * @param binary path of the resolved program
 */
export async function startKratos(
	config: Config,
	databaseUrl: string,
	binary: string,
	parts: StackParts,
): Promise<EmbeddedKratos> {
	const { placement, hooks, signal } = parts;
	const program = await placement.reachable(binary);
	const dsn = config.kratosDsn ?? (await prepareSchema(databaseUrl, program, parts));
	const folder = placement.ownFolder("kratos");
	cpSync(join(packageRoot, "deploy", "kratos"), folder, { recursive: true });
	const local = join(folder, "local.json");
	const { service, ports } = await startOnFreePorts(
		2,
		(publicPort = 0, adminPort = 0) => {
			writeFileSync(local, JSON.stringify(localConfig(folder, dsn, { publicPort, adminPort }, parts)), { mode: 0o600 });
			for (const file of readdirSync(folder)) placement.own(join(folder, file));
			return {
				name: "kratos",
				command: program,
				args: [
					...["serve", "--config", join(folder, "kratos.yml"), "--config", local, "--sqa-opt-out"],
					// Cookies without `Secure`, because the local address is plain HTTP.
					...(config.production ? [] : ["--dev"]),
				],
				env: goMemory,
				cwd: folder,
				user: placement.user,
				stopSignal: "SIGTERM",
				stopTimeoutMs: 5_000,
				startTimeoutMs: 60_000,
				prepare: () => {},
				probe: () => probeHttp(`${urlOf(adminPort)}/admin/health/ready`),
			};
		},
		hooks,
		signal,
	);
	const [publicPort = 0, adminPort = 0] = ports;
	return { service, publicUrl: urlOf(publicPort), adminUrl: urlOf(adminPort) };
}

const urlOf = (port: number) => `http://127.0.0.1:${port}`;

/** What deploy/kratos/kratos.yml leaves open. Kratos merges it over that file. */
function localConfig(
	folder: string,
	dsn: string,
	{ publicPort, adminPort }: { readonly publicPort: number; readonly adminPort: number },
	{ secrets }: StackParts,
): object {
	const listen = (port: number) => ({ host: "127.0.0.1", port, base_url: `${urlOf(port)}/` });
	return {
		dsn,
		log: { level: "warning" },
		serve: { public: listen(publicPort), admin: listen(adminPort) },
		identity: { schemas: [{ id: "person", url: `file://${join(folder, "identity.schema.json")}` }] },
		secrets: {
			default: [secrets.kratosCookieSecret],
			cookie: [secrets.kratosCookieSecret],
			cipher: [secrets.kratosCipherSecret],
		},
	};
}

/**
 * Makes the role and the schema of Kratos and runs its migrations, unless this version of it already has.
 * @returns the connection string of Kratos
 */
async function prepareSchema(databaseUrl: string, program: string, parts: StackParts): Promise<string> {
	const url = new URL(databaseUrl);
	url.username = role;
	url.password = parts.secrets.kratosDatabasePassword;
	// The extensions that its migrations want are in public.
	url.searchParams.set("search_path", `${schema},public`);
	if (!url.searchParams.has("sslmode") && url.hostname === "127.0.0.1") url.searchParams.set("sslmode", "disable");
	const marker = `Tables of Ory Kratos v${kratosBinary.version}`;
	const client = new Client({ connectionString: databaseUrl, application_name: "apprun kratos" });
	await client.connect();
	try {
		await makeRoleAndSchema(client, parts.secrets.kratosDatabasePassword);
		if ((await schemaComment(client)) === marker) return url.href;
		await timeStep("migrate the tables of Kratos", parts.observe, () => migrate(program, url.href, parts));
		await client.query(`comment on schema ${schema} is ${escapeLiteral(marker)}`);
		return url.href;
	} finally {
		await client.end();
	}
}

async function makeRoleAndSchema(client: Client, password: string): Promise<void> {
	const { rowCount } = await client.query("select from pg_roles where rolname = $1", [role]);
	const verb = rowCount === 0 ? "create" : "alter";
	await client.query(`${verb} role ${escapeIdentifier(role)} login password ${escapeLiteral(password)}`);
	await client.query(`create schema if not exists ${schema} authorization ${role}`);
	// As the owner of the database, because Kratos' role may not create extensions.
	await client.query("create extension if not exists pg_trgm; create extension if not exists btree_gin");
}

async function schemaComment(client: Client): Promise<string | null> {
	const { rows } = await client.query<{ comment: string | null }>(
		"select obj_description(to_regnamespace($1)::oid, 'pg_namespace') as comment",
		[schema],
	);
	return rows[0]?.comment ?? null;
}

async function migrate(program: string, dsn: string, { placement, signal }: StackParts): Promise<void> {
	const result = await runCommand({
		command: program,
		args: ["migrate", "sql", "--read-from-env", "--yes"],
		env: { ...goMemory, DSN: dsn },
		cwd: "/",
		user: placement.user,
		signal,
	});
	if (result.exitCode !== 0)
		throw new StackError(
			`The tables of Kratos cannot be migrated:\n${lastLines(result)}\n`,
			"Check that its role may create tables in schema kratos, or set APPRUN_KRATOS_DSN to a database for it.",
		);
}
