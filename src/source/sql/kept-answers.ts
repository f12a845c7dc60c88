// Keeps the first answer of a mutation under its Idempotency-Key. Every statement about a caller runs as role apprun_functions
// with the caller's claims, so row level security keeps keys of tenants and of people apart.
import { Pool, type PoolClient } from "pg";

/** Who sent the key: from the verified identity. */
export interface KeyOwner {
	readonly tenantId: string;
	readonly subject: string;
}

/** A key of one person, and what they asked under it. */
export interface KeyedRequest {
	readonly owner: KeyOwner;
	readonly key: string;
	/** Place of the operation in a batch. */
	readonly place: number;
	/** Hex sha256 of what is asked. */
	readonly fingerprint: string;
}

export type Claimed =
	/** Nobody had the key: run, then keep or release. */
	| { readonly kind: "first" }
	| { readonly kind: "kept"; readonly answer: string }
	/** Something else was asked under this key. */
	| { readonly kind: "other" }
	/** It runs, or it began and its outcome is not known. */
	| { readonly kind: "open" };

/** The answers that are kept. */
export interface KeptAnswers {
	claim(request: KeyedRequest): Promise<Claimed>;
	keep(request: KeyedRequest, answer: string): Promise<void>;
	/** Nothing was done: the key is free again. */
	release(request: KeyedRequest): Promise<void>;
	close(): Promise<void>;
}

/** Hours that an answer is kept. */
const keptForHours = 24;
const connections = 2;

/** @param databaseUrl of the owner of schema apprun */
export function openKeptAnswers(databaseUrl: string): KeptAnswers {
	const pool = new Pool({ connectionString: databaseUrl, max: connections, application_name: "apprun kept answers" });
	// An idle connection that breaks is replaced; the next query says so if the database is gone.
	pool.on("error", () => undefined);
	const at = "where key = $1 and place = $2";
	return {
		async claim(request) {
			await pool.query("delete from apprun.kept_answers where expires_at < clock_timestamp()");
			return await asOwner(pool, request.owner, (client) => claim(client, request));
		},
		async keep({ owner, key, place }, answer) {
			await asOwner(pool, owner, (client) =>
				client.query(`update apprun.kept_answers set answer = $3 ${at}`, [key, place, answer]),
			);
		},
		async release({ owner, key, place }) {
			await asOwner(pool, owner, (client) => client.query(`delete from apprun.kept_answers ${at}`, [key, place]));
		},
		close: () => pool.end(),
	};
}

async function claim(client: PoolClient, { owner, key, place, fingerprint }: KeyedRequest): Promise<Claimed> {
	// The primary key decides who is first, also between processes.
	const inserted = await client.query(
		`insert into apprun.kept_answers (tenant_id, subject, key, place, fingerprint, expires_at)
		values ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(hours => $6))
		on conflict do nothing`,
		[owner.tenantId, owner.subject, key, place, fingerprint, keptForHours],
	);
	if (inserted.rowCount === 1) return { kind: "first" };
	const { rows } = await client.query<{ fingerprint: string; answer: string | null }>(
		"select fingerprint, answer from apprun.kept_answers where key = $1 and place = $2",
		[key, place],
	);
	const [row] = rows;
	// Released between the two statements: whoever waits asks again.
	if (row === undefined) return { kind: "open" };
	if (row.fingerprint !== fingerprint) return { kind: "other" };
	return row.answer === null ? { kind: "open" } : { kind: "kept", answer: row.answer };
}

async function asOwner<Result>(
	pool: Pool,
	{ tenantId, subject }: KeyOwner,
	work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
	const client = await pool.connect();
	try {
		await client.query("begin; set local role apprun_functions");
		const claims = JSON.stringify({ tenant_id: tenantId, sub: subject });
		await client.query("select set_config('request.jwt.claims', $1, true)", [claims]);
		const result = await work(client);
		await client.query("commit");
		client.release();
		return result;
	} catch (error) {
		// A connection whose rollback fails is not given back: it might still be somebody's.
		await client.query("rollback").then(
			() => client.release(),
			(broken: Error) => client.release(broken),
		);
		throw error;
	}
}
