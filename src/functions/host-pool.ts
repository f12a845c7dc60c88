// Keeps function hosts running: one before the first call, then as many as asked for plus a warm spare, each replaced as
// soon as it ends, more for a while when calls wait for other calls. Gives out idle hosts; knows nothing of tenants.
import { LRUCache } from "lru-cache";
import type { Observe } from "../observe/observation.ts";
import { type Host, type HostOptions, spawnHost } from "./spawn-host.ts";

export interface PoolOptions extends HostOptions {
	/** Hosts that are there from the first call on, the warm spare not counted. */
	readonly size: number;
	/** Hosts in the worst case. */
	readonly most: number;
	readonly observe: Observe;
	/** A host became idle. */
	readonly onIdle: () => void;
}

/** A host and the modules that it holds compiled, by cache key → size in bytes. */
export interface PooledHost {
	readonly host: Host;
	readonly modules: LRUCache<string, number>;
	/** Keys that were pushed out, for the next call to tell the host. */
	readonly dropped: string[];
}

/** A host is replaced when it has grown beyond this, in bytes, or has run this many calls. */
const residentBytes = 256 * 1024 * 1024;
const callsOfHost = 200_000;
const moduleBytesOfHost = 32 * 1024 * 1024;
const modulesOfHost = 100;
const extraHostLivesMs = 10_000;
const longestPauseMs = 10_000;

export class HostPool {
	readonly #options: PoolOptions;
	readonly #idle: PooledHost[] = [];
	readonly #busy = new Set<PooledHost>();
	/** Hosts to keep. One is enough while nobody calls: a server without functions need not pay for more. */
	#kept = 1;
	#starting = 0;
	#failures = 0;
	#stopped = false;
	readonly #timers = new Set<NodeJS.Timeout>();
	/** Who lost a host and waits for another one; told one by one. */
	readonly #awaited: (() => void)[] = [];

	constructor(options: PoolOptions) {
		this.#options = options;
	}

	/** @throws HostLost when not even the first host starts */
	async start(): Promise<void> {
		this.#add(await this.#spawnHost());
	}

	get pids(): readonly number[] {
		return [...this.#idle, ...this.#busy].map(({ host }) => host.pid);
	}

	/** An idle host, one that holds the module before others; null when there is none. */
	acquire(moduleKey: string | null): PooledHost | null {
		const holder = moduleKey === null ? -1 : this.#idle.findLastIndex(({ modules }) => modules.has(moduleKey));
		const index = holder === -1 ? this.#idle.length - 1 : holder;
		const [pooled] = index < 0 ? [] : this.#idle.splice(index, 1);
		if (pooled === undefined) return null;
		this.#busy.add(pooled);
		if (this.#kept === 1) {
			this.#kept = this.#options.size + 1;
			this.#refill();
		}
		return pooled;
	}

	/** Gives a host back, whatever state it is in. A promise: it is lost, and this is how long its replacement takes. */
	release(pooled: PooledHost): Promise<void> | null {
		this.#busy.delete(pooled);
		const { host } = pooled;
		if (host.residentBytes > residentBytes || host.calls > callsOfHost) host.kill();
		if (host.alive) {
			this.#idle.push(pooled);
			this.#options.onIdle();
			return null;
		}
		this.#refill();
		if (this.#stopped || this.#starting === 0) return null;
		return new Promise((resolve) => this.#awaited.push(resolve));
	}

	/** One host more, for a while, if there may be more. */
	grow(): void {
		if (this.#count() + this.#starting < this.#options.most && this.#starting === 0) void this.#spawn();
	}

	stop(): void {
		this.#stopped = true;
		for (const timer of this.#timers) clearTimeout(timer);
		for (const { host } of [...this.#idle, ...this.#busy]) host.kill();
		for (const resolve of this.#awaited.splice(0)) resolve();
	}

	#count(): number {
		return this.#idle.length + this.#busy.size;
	}

	async #spawn(): Promise<void> {
		if (this.#stopped) return;
		this.#starting += 1;
		try {
			const host = await this.#spawnHost();
			this.#started();
			this.#failures = 0;
			this.#add(host);
		} catch (cause) {
			this.#started();
			const restartInMs = Math.min(250 * 2 ** this.#failures, longestPauseMs);
			this.#failures += 1;
			this.#options.observe({ kind: "functions.hostFailed", cause, restartInMs });
			this.#later(restartInMs, () => this.#refill());
		}
	}

	/** Well or not: nobody is to wait for a host that nobody starts. */
	#started(): void {
		this.#starting -= 1;
		for (const resolve of this.#awaited.splice(0, this.#starting === 0 ? Infinity : 1)) resolve();
	}

	async #spawnHost() {
		const startedAt = performance.now();
		const host = await spawnHost(this.#options);
		return { host, elapsedMs: performance.now() - startedAt };
	}

	#add({ host, elapsedMs }: { readonly host: Host; readonly elapsedMs: number }): void {
		if (this.#stopped) {
			host.kill();
			return;
		}
		const dropped: string[] = [];
		const modules = new LRUCache<string, number>({
			max: modulesOfHost,
			maxSize: moduleBytesOfHost,
			sizeCalculation: (bytes) => Math.max(1, bytes),
			dispose: (_bytes, key, reason) => {
				if (reason === "evict") dropped.push(key);
			},
		});
		const pooled = { host, modules, dropped };
		this.#idle.push(pooled);
		this.#options.observe({ kind: "functions.hostReady", pid: host.pid, elapsedMs });
		void host.exited.then(() => this.#removed(pooled));
		if (this.#count() > this.#kept) this.#later(extraHostLivesMs, () => this.#retire(pooled));
		this.#options.onIdle();
	}

	#removed(pooled: PooledHost): void {
		const index = this.#idle.indexOf(pooled);
		if (index !== -1) this.#idle.splice(index, 1);
		this.#busy.delete(pooled);
		if (!this.#stopped) this.#options.observe({ kind: "functions.hostEnded", pid: pooled.host.pid });
		this.#refill();
	}

	#refill(): void {
		while (!this.#stopped && this.#count() + this.#starting < this.#kept) void this.#spawn();
	}

	/** Ends an extra host once it is idle and still extra. */
	#retire(pooled: PooledHost): void {
		if (!pooled.host.alive || this.#count() <= this.#kept) return;
		if (this.#idle.includes(pooled)) pooled.host.kill();
		else this.#later(extraHostLivesMs, () => this.#retire(pooled));
	}

	#later(milliseconds: number, action: () => void): void {
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			action();
		}, milliseconds);
		timer.unref();
		this.#timers.add(timer);
	}
}
