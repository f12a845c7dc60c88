// Decides whose call runs next. Every tenant has a queue and a share of the hosts; tenants take turns; a call that waits
// for GraphQL gives its share back meanwhile. Refuses a call when its tenant has too many waiting, or waits too long.
/** What calls are run on. */
export interface Hosts<Host> {
	/** An idle host, one that holds the module before others; null when there is none. */
	acquire(moduleKey: string | null): Host | null;
	/** Gives a host back. A promise: it is lost, and this is how long its replacement takes. */
	release(host: Host): Promise<void> | null;
	/** Somebody waits who should not wait long. */
	grow(): void;
}

export interface SchedulerOptions {
	/** Calls that run at once, those that wait for GraphQL not counted. */
	readonly running: number;
	/** The same, of one tenant. */
	readonly runningOfTenant: number;
	/** Calls of one tenant that hold a host, running or waiting for GraphQL. */
	readonly startedOfTenant: number;
	readonly queuedOfTenant: number;
	/** Longest wait in the queue, in ms. */
	readonly queueMs: number;
}

/** A call that may not start, with a code of function-error.ts. */
export class NotScheduled extends Error {
	readonly code: "CANCELLED" | "QUEUE_FULL" | "QUEUE_TIMEOUT" | "SHUTTING_DOWN";

	constructor(code: NotScheduled["code"]) {
		super(code);
		this.code = code;
	}
}

/** A host, held until `release`. */
export interface Slot<Host> {
	readonly host: Host;
	/** The call waits for something else than its host: others may run. */
	suspend(): void;
	resume(): void;
	release(): void;
}

/** A call that wants a host. */
export interface Wanted {
	readonly tenantId: string;
	readonly moduleKey: string | null;
	/** Made by a function that waits for it, so it goes first. */
	readonly nested: boolean;
	/** Aborted when it is not wanted any more. */
	readonly cancelled: AbortSignal | null;
}

interface Waiter<Host> {
	readonly moduleKey: string | null;
	readonly nested: boolean;
	readonly resolve: (slot: Slot<Host>) => void;
	/** Takes it out of the queue. */
	readonly reject: (code: NotScheduled["code"]) => void;
	/** Lets go of what could still reject it. */
	readonly settle: () => void;
}

interface Tenant<Host> {
	readonly waiting: Waiter<Host>[];
	running: number;
	started: number;
}

/** How long calls wait for a host before there are more of them. */
const patienceMs = 20;

export class Scheduler<Host> {
	readonly #options: SchedulerOptions;
	readonly #hosts: Hosts<Host>;
	/** In the order of turns. */
	readonly #tenants = new Map<string, Tenant<Host>>();
	#running = 0;
	#patience: NodeJS.Timeout | null = null;
	#stopped = false;

	constructor(hosts: Hosts<Host>, options: SchedulerOptions) {
		this.#hosts = hosts;
		this.#options = options;
	}

	/**
	 * Waits for a host.
	 * @throws NotScheduled
	 */
	slot(wanted: Wanted): Promise<Slot<Host>> {
		return new Promise((resolve, reject) => {
			if (this.#stopped) return reject(new NotScheduled("SHUTTING_DOWN"));
			if (wanted.cancelled?.aborted === true) return reject(new NotScheduled("CANCELLED"));
			const tenant = this.#tenant(wanted.tenantId);
			if (tenant.waiting.length >= this.#options.queuedOfTenant && !wanted.nested)
				return reject(new NotScheduled("QUEUE_FULL"));
			const waiter = this.#waiter(wanted, tenant, { resolve, reject });
			if (wanted.nested) tenant.waiting.unshift(waiter);
			else tenant.waiting.push(waiter);
			this.dispatch();
		});
	}

	#waiter(
		{ tenantId, moduleKey, nested, cancelled }: Wanted,
		tenant: Tenant<Host>,
		{ resolve, reject }: { resolve: Waiter<Host>["resolve"]; reject: (error: NotScheduled) => void },
	): Waiter<Host> {
		const leave = (code: NotScheduled["code"]) => {
			waiter.settle();
			tenant.waiting.splice(tenant.waiting.indexOf(waiter), 1);
			this.#forget(tenantId, tenant);
			reject(new NotScheduled(code));
		};
		const cancel = () => leave("CANCELLED");
		cancelled?.addEventListener("abort", cancel);
		const timer = setTimeout(() => leave("QUEUE_TIMEOUT"), this.#options.queueMs);
		const settle = () => {
			clearTimeout(timer);
			cancelled?.removeEventListener("abort", cancel);
		};
		const waiter: Waiter<Host> = { moduleKey, nested, resolve, reject: leave, settle };
		return waiter;
	}

	/** Starts whatever may start. Called whenever something became free. */
	dispatch(): void {
		for (;;) {
			const next = this.#next();
			if (next === null) return;
			const [tenantId, tenant, waiter] = next;
			const host = this.#hosts.acquire(waiter.moduleKey);
			if (host === null) {
				this.#growLater();
				return;
			}
			tenant.waiting.splice(tenant.waiting.indexOf(waiter), 1);
			waiter.settle();
			// Its next turn comes after everybody else's.
			this.#tenants.delete(tenantId);
			this.#tenants.set(tenantId, tenant);
			waiter.resolve(this.#occupy(tenantId, tenant, host));
		}
	}

	/** Refuses all that waits and all that will come. */
	stop(): void {
		this.#stopped = true;
		if (this.#patience !== null) clearTimeout(this.#patience);
		for (const tenant of this.#tenants.values())
			for (const waiter of [...tenant.waiting]) waiter.reject("SHUTTING_DOWN");
	}

	/** Most calls take less than a process takes to start: only who still waits then is worth another one. */
	#growLater(): void {
		this.#patience ??= setTimeout(() => {
			this.#patience = null;
			if (!this.#stopped && this.#next() !== null) this.#hosts.grow();
		}, patienceMs);
	}

	#next(): [string, Tenant<Host>, Waiter<Host>] | null {
		for (const [tenantId, tenant] of this.#tenants) {
			const waiter = tenant.waiting[0];
			if (waiter !== undefined && this.#mayStart(tenant, waiter)) return [tenantId, tenant, waiter];
		}
		return null;
	}

	/** A tenant with nothing running always gets a host, beyond the usual number if it must be. */
	#mayStart(tenant: Tenant<Host>, waiter: Waiter<Host>): boolean {
		if (tenant.started >= this.#options.startedOfTenant && !waiter.nested) return false;
		if (tenant.running === 0) return true;
		return tenant.running < this.#options.runningOfTenant && this.#running < this.#options.running;
	}

	#occupy(tenantId: string, tenant: Tenant<Host>, host: Host): Slot<Host> {
		let [running, released] = [false, false];
		// A host call may come back after the call is over: only a change counts.
		const run = (now: boolean) => {
			if (running === now || (now && released)) return;
			running = now;
			tenant.running += now ? 1 : -1;
			this.#running += now ? 1 : -1;
		};
		run(true);
		tenant.started += 1;
		return {
			host,
			suspend: () => {
				run(false);
				this.dispatch();
			},
			resume: () => run(true),
			release: () => {
				released = true;
				tenant.started -= 1;
				const free = () => {
					run(false);
					this.#forget(tenantId, tenant);
					this.dispatch();
				};
				// A tenant whose calls end their hosts waits for the new ones: what starting them takes is not taken from others.
				const replaced = this.#hosts.release(host);
				if (replaced === null) free();
				else void replaced.then(free);
			},
		};
	}

	#tenant(tenantId: string): Tenant<Host> {
		const known = this.#tenants.get(tenantId);
		if (known !== undefined) return known;
		const tenant: Tenant<Host> = { waiting: [], running: 0, started: 0 };
		this.#tenants.set(tenantId, tenant);
		return tenant;
	}

	#forget(tenantId: string, tenant: Tenant<Host>): void {
		if (tenant.waiting.length === 0 && tenant.started === 0 && tenant.running === 0) this.#tenants.delete(tenantId);
	}
}
