// The connection on which a process hears of changes of policies. Connects again with growing patience when it is lost, and
// says each time that it listens, because nobody knows what was missed meanwhile.
import { Client } from "pg";
import type { Observe } from "../observe/observation.ts";
import { everyTenant } from "./rule.ts";

/** What a message of the triggers says. */
export interface PolicyMessage {
	/** Whose rows changed; everything when the message can't be read or is about the rules of all tenants. */
	readonly tenants: readonly string[] | "everything";
	/** Version that the change led to; 0: not said. */
	readonly version: number;
}

export interface PolicyListenerOptions {
	/** Not through a pooler in transaction mode: nothing would be heard. */
	readonly databaseUrl: string;
	readonly observe: Observe;
	onMessage(message: PolicyMessage): void;
	/** It listens from now on. */
	onListening(): Promise<void>;
}

const channel = "apprun_policy";
const firstRetryMs = 50;
const longestRetryMs = 5_000;

export class PolicyListener {
	readonly #options: PolicyListenerOptions;
	#client: Client | null = null;
	#retryMs = firstRetryMs;
	#retry: NodeJS.Timeout | undefined;
	#stopped = false;

	constructor(options: PolicyListenerOptions) {
		this.#options = options;
	}

	/** Connects, once; resolves when it listens or when that has failed and is tried again later. */
	async listen(): Promise<void> {
		const { databaseUrl, onMessage, onListening } = this.#options;
		const client = new Client({
			connectionString: databaseUrl,
			application_name: "apprun policy listener",
			keepAlive: true,
		});
		this.#client = client;
		client.on("error", (cause) => this.#lost(client, cause));
		client.on("end", () => this.#lost(client, new Error("The connection ended.")));
		client.on("notification", ({ payload }) => onMessage(readMessage(payload)));
		try {
			await client.connect();
			if (this.#stopped) return await client.end();
			await client.query(`listen ${channel}`);
			this.#retryMs = firstRetryMs;
		} catch (cause) {
			this.#lost(client, cause);
			return await client.end().catch(() => undefined);
		}
		await onListening();
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		clearTimeout(this.#retry);
		const client = this.#client;
		this.#client = null;
		await client?.end().catch(() => undefined);
	}

	#lost(client: Client, cause: unknown): void {
		// `error` and `end` both come; a connection that was replaced or stopped is nobody's loss.
		if (this.#stopped || this.#client !== client) return;
		this.#client = null;
		this.#options.observe({ kind: "policy.listener.lost", retryInMs: this.#retryMs, cause });
		this.#retry = setTimeout(() => void this.listen(), this.#retryMs).unref();
		this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
	}
}

function readMessage(payload: string | undefined): PolicyMessage {
	try {
		const { tenants, version } = JSON.parse(payload ?? "") as { tenants?: unknown; version?: unknown };
		const named = Array.isArray(tenants) && tenants.every((tenant) => typeof tenant === "string");
		if (named && Number.isSafeInteger(version))
			return { tenants: tenants.includes(everyTenant) ? "everything" : tenants, version: Number(version) };
	} catch {
		// Not ours; anybody who may connect can NOTIFY. The worst it does is a load.
	}
	return { tenants: "everything", version: 0 };
}
