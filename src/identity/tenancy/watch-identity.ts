// Listens to channel apprun_identity on a connection of its own and keeps, in memory, which sessions have ended and which
// tenants are suspended. After each reconnect everything is read again; while it is away, `live` is false and callers ask
// the database themselves.
import { Client, type Pool } from "pg";
import type { Observe } from "../../observe/observation.ts";
import type { PrincipalSession } from "../principal.ts";

/** What changed. `resync`: anything may have. */
export type IdentityChange =
	| { readonly kind: "session"; readonly id: string }
	| { readonly kind: "subject"; readonly subject: string }
	| { readonly kind: "membership"; readonly subject: string; readonly tenant: string }
	/** The person now works in another tenant. */
	| { readonly kind: "person"; readonly subject: string }
	| { readonly kind: "tenant"; readonly tenant: string }
	| { readonly kind: "resync" };

export interface IdentityWatch {
	/** Nothing that was announced can have been missed. */
	live(): boolean;
	/** Whether this session has ended, as far as is known; asks the database when not live. */
	ended(subject: string, session: PrincipalSession): boolean | Promise<boolean>;
	suspended(tenantId: string): boolean;
	onChange(listener: (change: IdentityChange) => void): void;
	close(): Promise<void>;
}

/** What apprun.announce_identity() and announcePerson() send. */
type Announcement =
	| { readonly kind: "session" | "subject"; readonly key: string; readonly at: string; readonly until: string }
	| { readonly kind: "membership"; readonly subject: string; readonly tenant: string }
	| { readonly kind: "person"; readonly subject: string }
	| { readonly kind: "tenant"; readonly tenant: string; readonly suspended: boolean };

interface Known {
	/** Session id → until when it matters, in ms. */
	readonly sessions: Map<string, number>;
	/** Subject → sessions begun up to `at` have ended; in ms. */
	readonly subjects: Map<string, { readonly at: number; readonly until: number }>;
	readonly suspended: Set<string>;
}

const channel = "apprun_identity";
const reconnectMs = { first: 100, most: 5000 };
const sweepMs = 60_000;
/** A dead connection is noticed by asking: TCP alone may take minutes. */
const heartbeatMs = 2000;

/** Starts watching; resolves once the first state was read. */
export async function watchIdentity(databaseUrl: string, pool: Pool, observe: Observe): Promise<IdentityWatch> {
	const watch = new Watch(databaseUrl, pool, observe);
	await watch.connect();
	return watch;
}

class Watch implements IdentityWatch {
	readonly #databaseUrl: string;
	readonly #pool: Pool;
	readonly #observe: Observe;
	readonly #listeners: ((change: IdentityChange) => void)[] = [];
	#known: Known = { sessions: new Map(), subjects: new Map(), suspended: new Set() };
	/** What was announced while the state is being read: it may be newer than what is read. */
	#heardMeanwhile: string[] | null = null;
	#client: Client | null = null;
	#live = false;
	#closed = false;
	#delay = reconnectMs.first;
	#retry: NodeJS.Timeout | null = null;
	readonly #sweep: NodeJS.Timeout;
	readonly #heartbeat: NodeJS.Timeout;

	constructor(databaseUrl: string, pool: Pool, observe: Observe) {
		this.#databaseUrl = databaseUrl;
		this.#pool = pool;
		this.#observe = observe;
		this.#sweep = setInterval(() => this.#forgetPast(), sweepMs).unref();
		this.#heartbeat = setInterval(() => this.#probe(), heartbeatMs).unref();
	}

	live(): boolean {
		return this.#live;
	}

	suspended(tenantId: string): boolean {
		return this.#known.suspended.has(tenantId);
	}

	ended(subject: string, session: PrincipalSession): boolean | Promise<boolean> {
		if (!this.#live) return this.#askEnded(subject, session);
		if (this.#known.sessions.has(session.id)) return true;
		const all = this.#known.subjects.get(subject);
		return all !== undefined && session.issuedAt <= all.at;
	}

	onChange(listener: (change: IdentityChange) => void): void {
		this.#listeners.push(listener);
	}

	async close(): Promise<void> {
		this.#closed = true;
		clearInterval(this.#sweep);
		clearInterval(this.#heartbeat);
		if (this.#retry !== null) clearTimeout(this.#retry);
		const client = this.#client;
		this.#lose(null);
		await client?.end().catch(() => undefined);
	}

	async connect(): Promise<void> {
		const client = new Client({
			connectionString: this.#databaseUrl,
			application_name: "apprun identity watch",
			connectionTimeoutMillis: 5000,
			keepAlive: true,
		});
		client.on("error", (error) => this.#lost(client, error));
		client.on("end", () => this.#lost(client, new Error("the connection ended")));
		client.on("notification", ({ payload = "" }) => {
			if (this.#heardMeanwhile === null) this.#heard(payload);
			else this.#heardMeanwhile.push(payload);
		});
		try {
			await client.connect();
			// Listen first, then read: what happens in between is heard as well.
			this.#client = client;
			this.#heardMeanwhile = [];
			await client.query(`listen ${channel}`);
			this.#known = await readKnown(client);
			for (const payload of this.#heardMeanwhile) this.#heard(payload);
		} catch (error) {
			this.#client = null;
			client.end().catch(() => undefined);
			throw error;
		} finally {
			this.#heardMeanwhile = null;
		}
		if (this.#client !== client || this.#closed) {
			client.end().catch(() => undefined);
			throw new Error("the connection ended while the state was read");
		}
		this.#live = true;
		this.#delay = reconnectMs.first;
		this.#tell({ kind: "resync" });
	}

	async #askEnded(subject: string, session: PrincipalSession): Promise<boolean> {
		const { rowCount } = await this.#pool.query(
			`select from apprun.revocations
			where (kind = 'session' and key = $1) or (kind = 'subject' and key = $2 and revoked_at >= to_timestamp($3))`,
			[session.id, subject, session.issuedAt / 1000],
		);
		return rowCount !== 0;
	}

	#probe(): void {
		const client = this.#client;
		if (client === null || !this.#live) return;
		const overdue = setTimeout(() => this.#lost(client, new Error("no answer to a heartbeat")), heartbeatMs).unref();
		client.query("select").then(
			() => clearTimeout(overdue),
			() => clearTimeout(overdue),
		);
	}

	#lost(client: Client, cause: Error): void {
		if (this.#client !== client || this.#closed) return;
		this.#lose(cause);
		client.end().catch(() => undefined);
		this.#reconnectLater();
	}

	#lose(cause: Error | null): void {
		this.#client = null;
		this.#live = false;
		if (cause !== null) this.#observe({ kind: "upstream.failed", service: "postgres", cause });
		this.#tell({ kind: "resync" });
	}

	#reconnectLater(): void {
		// One attempt at a time: a connection that is lost while it is made is told of twice.
		if (this.#closed || this.#retry !== null) return;
		this.#retry = setTimeout(() => {
			this.#retry = null;
			this.connect().catch(() => this.#reconnectLater());
		}, this.#delay).unref();
		this.#delay = Math.min(this.#delay * 2, reconnectMs.most);
	}

	#heard(payload: string): void {
		const message = JSON.parse(payload) as Announcement;
		const { sessions, subjects, suspended } = this.#known;
		switch (message.kind) {
			case "session":
				sessions.set(message.key, Date.parse(message.until));
				this.#tell({ kind: "session", id: message.key });
				break;
			case "subject":
				subjects.set(message.key, { at: Date.parse(message.at), until: Date.parse(message.until) });
				this.#tell({ kind: "subject", subject: message.key });
				break;
			case "tenant":
				if (message.suspended) suspended.add(message.tenant);
				else suspended.delete(message.tenant);
				this.#tell({ kind: "tenant", tenant: message.tenant });
				break;
			case "membership":
			case "person":
				this.#tell(message);
				break;
		}
	}

	#tell(change: IdentityChange): void {
		for (const listener of this.#listeners) listener(change);
	}

	#forgetPast(): void {
		const now = Date.now();
		for (const [id, until] of this.#known.sessions) if (until < now) this.#known.sessions.delete(id);
		for (const [id, { until }] of this.#known.subjects) if (until < now) this.#known.subjects.delete(id);
	}
}

/** Tells every server process that a person now works in another tenant. */
export async function announcePerson(pool: Pool, subject: string): Promise<void> {
	await pool.query("select pg_notify($1, $2)", [channel, JSON.stringify({ kind: "person", subject })]);
}

async function readKnown(client: Client): Promise<Known> {
	const revocations = await client.query<{ kind: string; key: string; revoked_at: Date; expires_at: Date }>(
		"select kind, key, revoked_at, expires_at from apprun.revocations where expires_at > now()",
	);
	const suspended = await client.query<{ id: string }>("select id from apprun.tenants where suspended_at is not null");
	const known: Known = {
		sessions: new Map(),
		subjects: new Map(),
		suspended: new Set(suspended.rows.map(({ id }) => id)),
	};
	for (const { kind, key, revoked_at, expires_at } of revocations.rows) {
		if (kind === "session") known.sessions.set(key, expires_at.getTime());
		else known.subjects.set(key, { at: revoked_at.getTime(), until: expires_at.getTime() });
	}
	return known;
}
