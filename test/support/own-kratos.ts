// A Kratos as an operator runs one: the pinned program, deploy/kratos/kratos.yml and what `apprun kratos-config` printed, with
// its database, ports and secrets in the environment. Nothing of apprun's stack starts or watches it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { packageRoot } from "../../src/stack/package-root.ts";
import { kratosBinary } from "../../src/stack/pinned-binaries.ts";
import { resolveBinary } from "../../src/stack/resolve-binary.ts";
import { runCommand } from "../../src/stack/run-command.ts";
import { eventually } from "./start-process.ts";

export interface OwnKratosInput {
	/** Superuser's URL; Kratos gets schema `kratos` of it. */
	readonly databaseUrl: string;
	readonly publicPort: number;
	readonly adminPort: number;
	/** What `apprun kratos-config` printed. */
	readonly settings: string;
	/** Where the settings are written. */
	readonly folder: string;
}

/** Migrates, starts and waits until it is ready. Gives what ends it. */
export async function startOwnKratos(input: OwnKratosInput): Promise<() => Promise<void>> {
	const { databaseUrl, publicPort, adminPort, settings, folder } = input;
	const explicitPath = process.env["APPRUN_KRATOS_BIN"] ?? null;
	const command = await resolveBinary(kratosBinary, { explicitPath, dataDir: folder, observe: () => {} });
	const client = new Client({ connectionString: databaseUrl });
	await client.connect();
	await client.query(
		"create schema kratos; create extension if not exists pg_trgm; create extension if not exists btree_gin",
	);
	await client.end();
	const dsn = new URL(databaseUrl);
	dsn.searchParams.set("search_path", "kratos,public");
	dsn.searchParams.set("sslmode", "disable");
	const local = join(folder, "local.json");
	writeFileSync(local, settings, { mode: 0o600 });
	const env = {
		DSN: dsn.href,
		SERVE_PUBLIC_PORT: String(publicPort),
		SERVE_ADMIN_PORT: String(adminPort),
		SECRETS_COOKIE: "a cookie secret of thirty-two letters",
		SECRETS_CIPHER: "thirty-two letters for a cipher.",
	};
	const migrated = await runCommand({ command, args: ["migrate", "sql", "--read-from-env", "--yes"], env });
	if (migrated.exitCode !== 0) throw new Error(migrated.stderr);
	const files = ["--config", join(packageRoot, "deploy", "kratos", "kratos.yml"), "--config", local];
	const child = spawn(command, ["serve", ...files, "--sqa-opt-out"], { env, stdio: ["ignore", "ignore", "inherit"] });
	const stop = () => end(child);
	await eventually("Kratos is ready", async () => {
		if (child.exitCode !== null) throw new Error("Kratos has ended");
		const answer = await fetch(`http://127.0.0.1:${adminPort}/admin/health/ready`).catch(() => null);
		return answer?.ok ? true : null;
	}).catch(async (error: unknown) => {
		await stop();
		throw error;
	});
	return stop;
}

async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const exited = once(child, "exit");
	child.kill("SIGTERM");
	await exited;
}
