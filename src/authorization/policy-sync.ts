// Keeps a snapshot of the policies as new as the database: loads all at start, then listens for changes on a connection
// of its own, loads everything again after each reconnect, and compares versions now and then in case a message was lost.
// A load that fails leaves the old snapshot in force.
import { Client, type Pool } from "pg";
import type { Observe } from "../observe/observation.ts";
import type { PolicyEngine } from "./policy-engine.ts";
import { PolicySnapshot } from "./policy-snapshot.ts";
import { loadPolicies, loadTenants, policyVersion } from "./policy-store.ts";
import { everyTenant } from "./rule.ts";

export interface PolicySyncOptions {
	/** Where policies are read. */
	readonly pool: Pool;
	/** The same database, for the listening connection; not through a pooler in transaction mode. */
	readonly databaseUrl: string;
	readonly engine: PolicyEngine;
	readonly observe: Observe;
	/** Milliseconds between two comparisons of versions. */
	readonly pollMs: number;
}

const channel = "apprun_policy";
const firstRetryMs = 50;
const longestRetryMs = 5_000;

export class PolicySync {
	readonly #options: PolicySyncOptions;
	#snapshot: PolicySnapshot | null = null;
	/** What is to be loaded next: some tenants, or everything. */
	#wanted: Set<string> | "everything" = new Set();
	/** Highest version announced: messages come in the order of commits, so all below it were announced too. */
	#announced = 0;
	#running: Promise<void> | null = null;
	#listener: Client | null = null;
	#retryMs = firstRetryMs;
	#timers = new Set<NodeJS.Timeout>();
	#stopped = false;
	/** Milliseconds since the process began, when the snapshot was last known to be the database's. */
	#confirmedAt = performance.now();
	#failing = false;
	#waiting: { version: number; done: () => void }[] = [];

	constructor(options: PolicySyncOptions) {
		this.#options = options;
	}

	/** The policies in force; null until they were loaded once. */
	get snapshot(): PolicySnapshot | null {
		return this.#snapshot;
	}

	/** Milliseconds for which nobody knows whether the snapshot is still what the database says. */
	staleMs(): number {
		return performance.now() - this.#confirmedAt;
	}

	/** Listens and loads. Resolves after the first attempt; a failed one is tried again until stop(). */
	async start(): Promise<void> {
		await this.#listen();
		// The listener loads when it connects; without it the policies may still be readable.
		if (this.#snapshot === null) await this.#reload("everything");
		this.#poll();
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		for (const timer of this.#timers) clearTimeout(timer);
		this.#timers.clear();
		for (const { done } of this.#waiting.splice(0)) done();
		const listener = this.#listener;
		this.#listener = null;
		await listener?.end().catch(() => undefined);
		await this.#running;
	}

	/**
	 * Waits until this process enforces a version, so that who changed a policy sees the change.
	 * @returns false when that took longer than `timeoutMs`
	 */
	async reached(version: number, timeoutMs: number): Promise<boolean> {
		if ((this.#snapshot?.version ?? 0) >= version) return true;
		await new Promise<void>((resolve) => {
			const timer = this.#later(timeoutMs, resolve);
			this.#waiting.push({
				version,
				done: () => {
					clearTimeout(timer);
					this.#timers.delete(timer);
					resolve();
				},
			});
		});
		return (this.#snapshot?.version ?? 0) >= version;
	}

	async #listen(): Promise<void> {
		const listener = new Client({
			connectionString: this.#options.databaseUrl,
			application_name: "apprun policy listener",
			keepAlive: true,
		});
		listener.on("notification", ({ payload }) => {
			const { tenants, version } = readMessage(payload);
			this.#announced = Math.max(this.#announced, version);
			void this.#reload(tenants);
		});
		try {
			await listener.connect();
			if (this.#stopped) return await listener.end();
			listener.on("error", (cause) => this.#lost(listener, cause));
			listener.on("end", () => this.#lost(listener, new Error("The connection ended.")));
			this.#listener = listener;
			await listener.query(`listen ${channel}`);
			this.#retryMs = firstRetryMs;
			// Whatever changed while nobody listened.
			await this.#reload("everything");
		} catch (cause) {
			listener.on("error", () => undefined);
			await listener.end().catch(() => undefined);
			this.#listener = listener;
			this.#lost(listener, cause);
		}
	}

	#lost(listener: Client, cause: unknown): void {
		// `error` and `end` both come; a connection that was replaced or stopped is nobody's loss.
		if (this.#stopped || this.#listener !== listener) return;
		this.#listener = null;
		this.#options.observe({ kind: "policy.listener.lost", retryInMs: this.#retryMs, cause });
		this.#later(this.#retryMs, () => void this.#listen());
		this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
	}

	#poll(): void {
		this.#later(this.#options.pollMs, () => {
			void this.#compare().finally(() => {
				if (!this.#stopped) this.#poll();
			});
		});
	}

	async #compare(): Promise<void> {
		if (this.#snapshot === null || this.#failing) return this.#reload("everything");
		try {
			const version = await policyVersion(this.#options.pool);
			if (version === this.#snapshot.version) this.#confirmedAt = performance.now();
			// A message is on its way, or was lost, or the database was restored: load to be sure.
			else await this.#reload("everything");
		} catch (cause) {
			this.#failed(cause);
		}
	}

	/** Adds to what is wanted and loads until nothing is; one load at a time. */
	#reload(tenants: readonly string[] | "everything"): Promise<void> {
		if (tenants === "everything" || this.#wanted === "everything") this.#wanted = "everything";
		else for (const tenant of tenants) this.#wanted.add(tenant);
		this.#running ??= this.#loadWanted().finally(() => {
			this.#running = null;
		});
		return this.#running;
	}

	async #loadWanted(): Promise<void> {
		while (!this.#stopped && (this.#wanted === "everything" || this.#wanted.size > 0)) {
			const wanted = this.#wanted;
			this.#wanted = new Set();
			try {
				await this.#load(wanted === "everything" || this.#snapshot === null ? "everything" : [...wanted]);
			} catch (cause) {
				// Tried again as a whole by the next poll or message.
				this.#failed(cause);
				return;
			}
		}
	}

	async #load(tenants: readonly string[] | "everything"): Promise<void> {
		const { pool, engine, observe } = this.#options;
		const started = performance.now();
		// Taken before loading: what is announced meanwhile may not be in what is read.
		const announced = this.#announced;
		const loaded = tenants === "everything" ? await loadPolicies(pool) : await loadTenants(pool, tenants);
		// Anybody who may connect can announce anything: no more is believed than the database says.
		const version = tenants === "everything" ? loaded.version : Math.min(announced, loaded.version);
		this.#snapshot =
			tenants === "everything" || this.#snapshot === null
				? PolicySnapshot.of(engine, version, loaded.rows)
				: this.#snapshot.with(version, loaded.rows);
		this.#confirmedAt = performance.now();
		this.#failing = false;
		observe({ kind: "policy.loaded", version, tenants: loaded.rows.size, elapsedMs: performance.now() - started });
		this.#waiting = this.#waiting.filter((waiter) => {
			if (waiter.version > version) return true;
			waiter.done();
			return false;
		});
	}

	#failed(cause: unknown): void {
		this.#failing = true;
		if (!this.#stopped) this.#options.observe({ kind: "policy.load.failed", staleMs: this.staleMs(), cause });
	}

	#later(ms: number, run: () => void): NodeJS.Timeout {
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			if (!this.#stopped) run();
		}, ms);
		timer.unref();
		this.#timers.add(timer);
		return timer;
	}
}

/** What a message of the triggers says; everything when it can't be read or is about the rules of all tenants. */
function readMessage(payload: string | undefined): { tenants: readonly string[] | "everything"; version: number } {
	try {
		const { tenants, version } = JSON.parse(payload ?? "") as { tenants?: unknown; version?: unknown };
		if (typeof version === "number" && Array.isArray(tenants) && tenants.every((tenant) => typeof tenant === "string"))
			return { tenants: tenants.includes(everyTenant) ? "everything" : tenants, version };
	} catch {
		// Not ours; anybody who may connect can NOTIFY. The worst it does is a load.
	}
	return { tenants: "everything", version: 0 };
}
