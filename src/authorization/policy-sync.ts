// Keeps a snapshot of the policies as new as the database: loads all at start and whenever it begins to listen, then what
// changed, and compares versions now and then in case a message was lost. A load that fails leaves the old snapshot in force.
import type { Pool } from "pg";
import type { Observe } from "../observe/observation.ts";
import type { PolicyEngine } from "./policy-engine.ts";
import { PolicyListener } from "./policy-listener.ts";
import { PolicySnapshot } from "./policy-snapshot.ts";
import { loadPolicies, loadTenants, policyVersion } from "./policy-store.ts";

export interface PolicySyncOptions {
	/** Where policies are read. */
	readonly pool: Pool;
	/** The same database, for the listening connection. */
	readonly databaseUrl: string;
	readonly engine: PolicyEngine;
	readonly observe: Observe;
	/** Milliseconds between two comparisons of versions. */
	readonly pollMs: number;
}

/** Somebody who waits until a version is enforced. */
interface Waiter {
	readonly version: number;
	done(): void;
}

export class PolicySync {
	readonly #options: PolicySyncOptions;
	readonly #listener: PolicyListener;
	#snapshot: PolicySnapshot | null = null;
	/** What is to be loaded next: some tenants, or everything. */
	#wanted: Set<string> | "everything" = new Set();
	/** Highest version announced: messages come in the order of commits, so all below it were announced too. */
	#announced = 0;
	#running: Promise<void> | null = null;
	#poll: NodeJS.Timeout | undefined;
	#stopped = false;
	/** Milliseconds since the process began, when the snapshot was last known to be the database's. */
	#confirmedAt = performance.now();
	#failing = false;
	readonly #waiting = new Set<Waiter>();

	constructor(options: PolicySyncOptions) {
		this.#options = options;
		this.#listener = new PolicyListener({
			...options,
			onMessage: ({ tenants, version }) => {
				this.#announced = Math.max(this.#announced, version);
				void this.#reload(tenants);
			},
			// Whatever changed while nobody listened.
			onListening: () => this.#reload("everything"),
		});
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
		await this.#listener.listen();
		// Without a listening connection the policies may still be readable.
		if (this.#snapshot === null) await this.#reload("everything");
		this.#pollLater();
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		clearTimeout(this.#poll);
		for (const waiter of this.#waiting) waiter.done();
		await this.#listener.stop();
		await this.#running;
	}

	/**
	 * Waits until this process enforces a version, so that who changed a policy sees the change.
	 * @returns false when that took longer than `timeoutMs`
	 */
	async reached(version: number, timeoutMs: number): Promise<boolean> {
		if (!this.#isAt(version)) {
			await new Promise<void>((resolve) => {
				const waiter: Waiter = {
					version,
					done: () => {
						clearTimeout(timer);
						this.#waiting.delete(waiter);
						resolve();
					},
				};
				const timer = setTimeout(waiter.done, timeoutMs).unref();
				this.#waiting.add(waiter);
			});
		}
		return this.#isAt(version);
	}

	#isAt(version: number): boolean {
		return this.#snapshot !== null && this.#snapshot.version >= version;
	}

	#pollLater(): void {
		if (this.#stopped) return;
		this.#poll = setTimeout(() => void this.#compare().finally(() => this.#pollLater()), this.#options.pollMs).unref();
	}

	async #compare(): Promise<void> {
		if (this.#snapshot === null || this.#failing) return await this.#reload("everything");
		try {
			const version = await policyVersion(this.#options.pool);
			if (version === this.#snapshot.version) this.#confirmedAt = performance.now();
			// A message is on its way, or was lost, or the database was restored: load to be sure.
			else await this.#reload("everything");
		} catch (cause) {
			this.#failed(cause);
		}
	}

	/** Adds to what is wanted and loads until nothing is; one load at a time. Never throws. */
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
		for (const waiter of this.#waiting) if (waiter.version <= version) waiter.done();
	}

	#failed(cause: unknown): void {
		this.#failing = true;
		if (!this.#stopped) this.#options.observe({ kind: "policy.load.failed", staleMs: this.staleMs(), cause });
	}
}
