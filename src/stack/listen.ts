// Keeps one connection that listens to a channel of Postgres: gives every payload, and says when messages may have been
// missed. Reconnects with growing pauses; never throws after the first connection.
import { Client } from "pg";
import type { Observe } from "../observe/observation.ts";

export interface ListenOptions {
	/** Connection of its own; a pooler in transaction mode does not deliver notifications. */
	readonly databaseUrl: string;
	/** `pgrst` is PostgREST's own channel: what it is told of the schema is meant for apprun, too. */
	readonly channel: "apprun_functions" | "pgrst";
	readonly onMessage: (payload: string) => void;
	/** The connection is there, after a time in which messages may have been missed. */
	readonly onConnected: () => void;
	/** From now on messages are missed. */
	readonly onLost: () => void;
	readonly observe: Observe;
}

export interface Listener {
	stop(): Promise<void>;
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** @throws Error when the first connection cannot be had */
export async function listen(options: ListenOptions): Promise<Listener> {
	let client = await connect(options);
	let stopped = false;
	let timer: NodeJS.Timeout | null = null;
	const lost = (failures: number): void => {
		if (stopped) return;
		options.onLost();
		timer = setTimeout(() => void again(failures), Math.min(firstPauseMs * 2 ** failures, longestPauseMs));
	};
	const again = async (failures: number): Promise<void> => {
		try {
			client = await connect(options);
			if (stopped) await client.end();
			else client.once("end", () => lost(0));
		} catch (cause) {
			options.observe({ kind: "upstream.failed", service: "postgres", cause });
			lost(failures + 1);
		}
	};
	client.once("end", () => lost(0));
	return {
		async stop() {
			stopped = true;
			if (timer !== null) clearTimeout(timer);
			await client.end();
		},
	};
}

async function connect({ databaseUrl, channel, onMessage, onConnected }: ListenOptions): Promise<Client> {
	const client = new Client({
		connectionString: databaseUrl,
		application_name: `apprun listener ${channel}`,
		keepAlive: true,
	});
	// Without a listener an "error" event would end the process; "end" follows it.
	client.on("error", () => {});
	client.on("notification", ({ payload }) => onMessage(payload ?? ""));
	await client.connect();
	try {
		await client.query(`listen ${channel}`);
	} catch (error) {
		await client.end();
		throw error;
	}
	onConnected();
	return client;
}
