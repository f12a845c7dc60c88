// Keeps the schema in step with the database: told of a change, it reads the catalog again and hands what was made of it to
// whoever serves it. What cannot be read or served keeps the schema before it in force, but for a table that has lost its
// row level security, which is left out at once; either is told in log and health.
import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../error/app-error.ts";
import type { Observe } from "../observe/observation.ts";
import type { ServiceHealth } from "../stack/endpoints.ts";
import { buildSchema, type LoadedSchema, readCatalog, rowSecurityRefusal, type SchemaConfig } from "./load-schema.ts";

export interface LiveSchemaOptions {
	readonly databaseUrl: string;
	readonly config: SchemaConfig;
	/** Puts a schema in force. What it throws keeps the one before. */
	readonly serve: (loaded: LoadedSchema) => Promise<void>;
	readonly observe: Observe;
}

/** After the last of several messages there is this long a silence before the catalog is read, in ms. */
const quietMs = 100;
/** A burst of messages puts off reading for no longer than this. */
const patienceMs = 1_000;
/** What only somebody's guess speaks for is looked into no more often than this. */
const suspicionMs = 5_000;
/** The database could not be asked: asked again after this. */
const retryMs = 2_000;
/** For this long after a change others may not have read the catalog yet. */
const settlingMs = 10_000;

/** The schema of one server process, as the database has it. */
export class LiveSchema {
	readonly #options: LiveSchemaOptions;
	/** The catalog that is served whole, to tell a change from a message that changes nothing; null before the first. */
	#served: string | null = null;
	#failedAt: Date | null = null;
	#toldAt = Number.NEGATIVE_INFINITY;
	#suspectedAt = Number.NEGATIVE_INFINITY;
	#burstAt: number | null = null;
	#timer: NodeJS.Timeout | null = null;
	#reading: Promise<void> | null = null;
	#stopped = false;

	constructor(options: LiveSchemaOptions) {
		this.#options = options;
	}

	/** Reads and serves the schema for the first time. @throws AppError saying what to change; what `serve` throws */
	async start(): Promise<void> {
		const reading = this.#read();
		this.#reading = reading.catch(() => {});
		await reading;
		this.#reading = null;
	}

	/** The database says that it has changed, or messages may have been missed. */
	changed(): void {
		const now = performance.now();
		this.#toldAt = now;
		this.#burstAt ??= now;
		this.#readAfter(Math.min(quietMs, this.#burstAt + patienceMs - now));
	}

	/** An answer looks as if the schema were an old one, where nobody tells of changes. */
	suspect(): void {
		const now = performance.now();
		if (now - this.#suspectedAt < suspicionMs) return;
		this.#suspectedAt = now;
		this.changed();
	}

	/** It has changed so lately that PostgREST, which reads the catalog on its own, may not know it yet. */
	isSettling(): boolean {
		return performance.now() - this.#toldAt < settlingMs;
	}

	/** A line of GET /health/ready. */
	health(): ServiceHealth {
		const name = "schema";
		if (this.#failedAt === null) return { name, status: "ok" };
		const since = this.#failedAt.toISOString();
		const reason = `The database has changed, and cannot be served as it is since ${since}; the schema before it stays in force, without tables that have lost their row level security. The log says why.`;
		return { name, status: "degraded", reason };
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		if (this.#timer !== null) clearTimeout(this.#timer);
		await this.#reading;
	}

	#readAfter(ms: number): void {
		if (this.#stopped) return;
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#readInTurn(), Math.max(0, ms));
	}

	/** One reading at a time: a message that comes meanwhile asks for another one afterwards. */
	async #readInTurn(): Promise<void> {
		this.#timer = null;
		if (this.#reading !== null) return this.#readAfter(quietMs);
		this.#burstAt = null;
		this.#reading = this.#readSafely();
		await this.#reading;
		this.#reading = null;
	}

	async #readSafely(): Promise<void> {
		try {
			await this.#read();
			this.#failedAt = null;
		} catch (cause) {
			if (this.#stopped) return;
			if (this.#failedAt === null || cause instanceof AppError) this.#options.observe({ kind: "schema.kept", cause });
			this.#failedAt ??= new Date();
			// What is wrong with the schema is mended by another change, which will be told; what else, perhaps by time.
			if (!(cause instanceof AppError)) this.#readAfter(retryMs);
		}
	}

	async #read(): Promise<void> {
		const { databaseUrl, config, serve, observe } = this.#options;
		const startedAt = performance.now();
		const catalog = await readCatalog(databaseUrl, config.dbSchemas);
		const read = JSON.stringify(catalog);
		if (read === this.#served || this.#stopped) return;
		// A table that is served already must not stay open to every tenant until somebody mends it.
		const refusal = this.#served === null ? null : rowSecurityRefusal(catalog, config);
		// Requests get their turn between the steps, each of which keeps the processor to itself.
		await nextTurn();
		const loaded = await buildSchema(catalog, refusal === null ? config : { ...config, tablesWithoutRls: "hide" });
		await nextTurn();
		await serve(loaded);
		this.#served = refusal === null ? read : "";
		const { tables, queries, mutations, collisions } = loaded.model;
		const fields = queries.size + mutations.size;
		observe({ kind: "schema.built", tables: tables.size, fields, elapsedMs: performance.now() - startedAt });
		for (const message of collisions) observe({ kind: "schema.warning", message });
		if (refusal !== null) throw refusal;
	}
}
