// Writes the log of invocations in batches beside the calls, and reads it page by page. A line that cannot be written is
// told, not waited for: no call fails because of its log.
import type { Pool } from "pg";
import type { Observe } from "../observe/observation.ts";
import type { InvocationResult } from "./invocation.ts";
import { asTenant, type Caller } from "./registry.ts";

export interface LogEntry {
	readonly caller: Caller;
	readonly name: string;
	readonly version: number;
	readonly result: InvocationResult;
	readonly startedAt: Date;
	readonly inputBytes: number;
	readonly requestId: string;
}

export interface LogRow {
	/** Grows with time; the cursor of a page. */
	readonly id: string;
	readonly name: string;
	readonly version: number;
	readonly status: string;
	readonly errorCode: string | null;
	readonly errorMessage: string | null;
	readonly logs: readonly string[];
	readonly startedAt: Date;
	readonly durationMs: number;
	readonly cold: boolean;
	readonly inputBytes: number;
	readonly outputBytes: number;
	readonly caller: string;
	readonly requestId: string;
}

export interface LogFilter {
	readonly name: string | null;
	readonly status: string | null;
	readonly limit: number;
	/** Only rows older than this one. */
	readonly before: string | null;
}

export interface InvocationLog {
	add(entry: LogEntry): void;
	/** Newest first. */
	read(caller: Caller, filter: LogFilter): Promise<LogRow[]>;
	/** Writes what waits. */
	flush(): Promise<void>;
}

const flushEveryMs = 200;
const mostWaiting = 20_000;
/** Log lines of a call that are kept; the caller got all of them. */
const keptLines = 20;
const keptLineLength = 500;
/** Writes of a tenant between two clean-ups. */
const cleanEvery = 500;

/** @param rowsOfTenant rows that the log keeps of each tenant, about */
export function createInvocationLog(pool: Pool, rowsOfTenant: number, observe: Observe): InvocationLog {
	let waiting: LogEntry[] = [];
	let timer: NodeJS.Timeout | null = null;
	let writing = Promise.resolve();
	const written = new Map<string, number>();

	const write = async (entries: readonly LogEntry[]) => {
		for (const [tenantId, own] of Map.groupBy(entries, ({ caller }) => caller.tenantId)) {
			const count = (written.get(tenantId) ?? 0) + own.length;
			written.set(tenantId, count % cleanEvery);
			try {
				await insert(pool, own, count >= cleanEvery ? rowsOfTenant : null);
			} catch (cause) {
				observe({ kind: "upstream.failed", service: "postgres", cause });
			}
		}
	};
	const flush = (): Promise<void> => {
		if (timer !== null) clearTimeout(timer);
		timer = null;
		const entries = waiting;
		waiting = [];
		writing = writing.then(() => write(entries));
		return writing;
	};
	return {
		add(entry) {
			// The database cannot keep up or is away; memory is not the place for a log.
			if (waiting.length < mostWaiting) waiting.push(entry);
			timer ??= setTimeout(() => void flush(), flushEveryMs);
		},
		async read(caller, filter) {
			await flush();
			return select(pool, caller, filter);
		},
		flush,
	};
}

async function insert(pool: Pool, entries: readonly LogEntry[], keep: number | null): Promise<void> {
	const [first] = entries;
	if (first === undefined) return;
	const { tenantId } = first.caller;
	const rows = entries.map(({ caller, result, ...entry }) => ({
		name: entry.name,
		version: entry.version,
		status: result.status,
		error_code: result.error?.code ?? null,
		error_message: result.error?.message ?? null,
		logs: result.logs.slice(0, keptLines).map((line) => storable(line.slice(0, keptLineLength))),
		started_at: entry.startedAt,
		duration_ms: result.durationMs,
		cold: result.cold,
		input_bytes: entry.inputBytes,
		output_bytes: result.output === null ? 0 : Buffer.byteLength(result.output),
		caller: caller.subject,
		request_id: entry.requestId,
	}));
	await asTenant(pool, { tenantId, subject: "apprun" }, async (client) => {
		await client.query(
			`insert into apprun.function_invocations (tenant_id, name, version, status, error_code, error_message, logs,
				started_at, duration_ms, cold, input_bytes, output_bytes, caller, request_id)
			select $1, name, version, status, error_code, error_message, array(select jsonb_array_elements_text(logs)),
				started_at, duration_ms, cold, input_bytes, output_bytes, caller, request_id
			from jsonb_to_recordset($2) as row (name text, version int, status text, error_code text, error_message text,
				logs jsonb, started_at timestamptz, duration_ms double precision, cold boolean, input_bytes int,
				output_bytes int, caller text, request_id text)`,
			[tenantId, storable(JSON.stringify(rows))],
		);
		if (keep !== null)
			await client.query(
				`delete from apprun.function_invocations where tenant_id = $1 and id <= (
					select id from apprun.function_invocations where tenant_id = $1 order by id desc offset $2 limit 1)`,
				[tenantId, keep],
			);
	});
}

/** Postgres stores no NUL and no lone surrogate; a guest may write either. */
const storable = (text: string): string =>
	text.toWellFormed().replaceAll("\0", "\ufffd").replaceAll("\\u0000", "\\ufffd");

async function select(pool: Pool, caller: Caller, filter: LogFilter): Promise<LogRow[]> {
	const { rows } = await asTenant(pool, caller, (client) =>
		client.query<LogRow>(
			`select id::text, name, version, status, error_code as "errorCode", error_message as "errorMessage", logs,
				started_at as "startedAt", duration_ms as "durationMs", cold, input_bytes as "inputBytes",
				output_bytes as "outputBytes", caller, request_id as "requestId"
			from apprun.function_invocations
			where tenant_id = $1 and ($2::text is null or name = $2) and ($3::text is null or status = $3)
				and ($4::bigint is null or id < $4)
			order by id desc limit $5`,
			[caller.tenantId, filter.name, filter.status, filter.before, filter.limit],
		),
	);
	return rows;
}
