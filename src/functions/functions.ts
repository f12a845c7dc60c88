// The stage as its resolvers see it: deploy, invoke, list, activate, delete, read the log. Built once by app.ts; every
// call takes the caller, whose tenant bounds what it can reach.
import type { Pool } from "pg";
import { AppError } from "../error/app-error.ts";
import type { Observe } from "../observe/observation.ts";
import { listen } from "../stack/listen.ts";
import { type Deployment, deploy } from "./deploy.ts";
import type { Invocation, InvocationResult, Runner } from "./invocation.ts";
import { createInvocationLog, type LogFilter, type LogRow } from "./invocation-log.ts";
import {
	activateVersion,
	type Caller,
	type FunctionEntry,
	type FunctionVersion,
	findVersion,
	listFunctions,
	listVersions,
	loadModule,
	removeFunction,
} from "./registry.ts";
import type { FunctionHosts } from "./start-hosts.ts";
import { VersionCache } from "./version-cache.ts";

/** A call that somebody makes. */
export interface Call {
	readonly name: string;
	/** Null: the active one. */
	readonly version: number | null;
	/** JSON text. */
	readonly input: string;
	/** Functions that wait for this one. */
	readonly depth: number;
	readonly requestId: string;
	readonly cancelled: Invocation["cancelled"];
	readonly askGraphql: Invocation["askGraphql"];
}

export interface Functions {
	/** @throws AppError BAD_USER_INPUT with the reason when the module, its name or its limits cannot be used */
	deploy(caller: Caller, deployment: Deployment): Promise<FunctionVersion>;
	/** @throws AppError NOT_FOUND when the tenant has no such function or version */
	invoke(caller: Caller, call: Call): Promise<InvocationResult & { readonly version: number }>;
	list(caller: Caller, name: string | null): Promise<FunctionEntry[]>;
	versions(caller: Caller, names: readonly string[]): Promise<FunctionVersion[]>;
	/** @throws AppError NOT_FOUND */
	activate(caller: Caller, name: string, version: number): Promise<void>;
	/** @returns whether there was one */
	remove(caller: Caller, name: string): Promise<boolean>;
	invocations(caller: Caller, filter: LogFilter): Promise<LogRow[]>;
	/** Pids of the host processes. */
	pids(): readonly number[];
	/** Refuses new calls, ends hosts, writes the rest of the log. */
	stop(): Promise<void>;
}

export interface FunctionsOptions {
	/** Of the role that owns schema apprun. */
	readonly pool: Pool;
	/** For a connection of its own that listens. */
	readonly databaseUrl: string;
	readonly hosts: FunctionHosts;
	/** Runs kind `sandbox`. */
	readonly sandbox: Runner;
	readonly moduleBytes: number;
	readonly logRows: number;
	readonly observe: Observe;
}

/** @throws Error when the database cannot be listened to */
export async function createFunctions(options: FunctionsOptions): Promise<Functions> {
	const { pool, databaseUrl, hosts, observe } = options;
	const cache = new VersionCache();
	const log = createInvocationLog(pool, options.logRows, observe);
	const listener = await listen({
		databaseUrl,
		channel: "apprun_functions",
		onMessage: (payload) => cache.forget(...splitOnce(payload)),
		onConnected: () => cache.told(true),
		onLost: () => cache.told(false),
		observe,
	});
	const changed = <Result>({ tenantId }: Caller, name: string, result: Result): Result => {
		// Postgres will say so too; who made the change need not wait for that.
		cache.forget(tenantId, name);
		return result;
	};
	return {
		async deploy(caller, given) {
			const version = await deploy({ ...options, runner: hosts.runner }, caller, given);
			// Its first call comes soon, and then need not ask for what has just been here.
			await cache.module(version.sha256, async () => given.bytes);
			return changed(caller, given.name, version);
		},
		invoke: (caller, call) => invoke({ ...options, cache, log }, caller, call),
		list: (caller, name) => listFunctions(pool, caller, name),
		versions: (caller, names) => listVersions(pool, caller, names),
		async activate(caller, name, version) {
			if (!changed(caller, name, await activateVersion(pool, caller, { name, version }))) throw notFound(name, version);
		},
		remove: async (caller, name) => changed(caller, name, await removeFunction(pool, caller, name)),
		invocations: (caller, filter) => log.read(caller, filter),
		pids: hosts.pids,
		async stop() {
			hosts.stop();
			await listener.stop();
			await log.flush();
		},
	};
}

type InvokeParts = FunctionsOptions & {
	readonly cache: VersionCache;
	readonly log: ReturnType<typeof createInvocationLog>;
};

async function invoke(
	{ pool, hosts, sandbox, cache, log }: InvokeParts,
	caller: Caller,
	call: Call,
): Promise<InvocationResult & { readonly version: number }> {
	const { name, input, depth, cancelled, askGraphql } = call;
	const { tenantId } = caller;
	const wanted = { name, version: call.version };
	const version = await cache.version({ tenantId, ...wanted }, () => findVersion(pool, caller, wanted));
	if (version === null) throw notFound(name, call.version);
	const startedAt = new Date();
	const runner = version.kind === "sandbox" ? sandbox : hosts.runner;
	const result = await runner.run({
		tenantId,
		version,
		input,
		depth,
		cancelled,
		loadModule: () => cache.module(version.sha256, () => loadModule(pool, caller, version.sha256)),
		askGraphql,
	});
	const inputBytes = Buffer.byteLength(input);
	log.add({ caller, name, version: version.version, result, startedAt, inputBytes, requestId: call.requestId });
	return { ...result, version: version.version };
}

function notFound(name: string, version: number | null): AppError {
	return new AppError("NOT_FOUND", {
		message:
			version === null ? `There is no function ${name}.` : `There is no version ${version} of a function ${name}.`,
		hint: "Ask for `functions { name versions { version } }` to see what your tenant has.",
	});
}

function splitOnce(payload: string): [string, string] {
	const at = payload.indexOf("/");
	return [payload.slice(0, at), payload.slice(at + 1)];
}
