// Remembers versions and modules, so that an invocation asks the database for nothing that it was told before. Forgets a
// function as soon as Postgres says that it changed, and remembers nothing while it cannot be told.
import { LRUCache } from "lru-cache";
import type { FunctionVersion } from "./registry.ts";

export interface WantedVersion {
	readonly tenantId: string;
	readonly name: string;
	/** Null: the active one. */
	readonly version: number | null;
}

type Versions = Map<number | null, Promise<FunctionVersion | null>>;

const rememberedFunctions = 10_000;
/** Versions of one function; a client may ask for numbers that do not exist. */
const versionsOfFunction = 20;
const moduleBytes = 32 * 1024 * 1024;

export class VersionCache {
	readonly #functions = new LRUCache<string, Versions>({ max: rememberedFunctions });
	readonly #modules = new LRUCache<string, Uint8Array>({
		maxSize: moduleBytes,
		sizeCalculation: ({ length }) => length,
	});
	#told = false;

	/** The version, from memory or by `load`. A load that fails is not remembered. */
	version(wanted: WantedVersion, load: () => Promise<FunctionVersion | null>): Promise<FunctionVersion | null> {
		if (!this.#told) return load();
		const key = keyOf(wanted.tenantId, wanted.name);
		const versions: Versions = this.#functions.get(key) ?? new Map();
		const known = versions.get(wanted.version);
		if (known !== undefined) return known;
		const loading = load();
		// What is being loaded while the function changes stays in the forgotten map and is not found again.
		if (versions.size < versionsOfFunction) versions.set(wanted.version, loading);
		this.#functions.set(key, versions);
		loading.then(
			(found) => found ?? versions.delete(wanted.version),
			() => versions.delete(wanted.version),
		);
		return loading;
	}

	/** A module, which never changes: its name is the hash of its bytes. */
	async module(sha256: string, load: () => Promise<Uint8Array>): Promise<Uint8Array> {
		const known = this.#modules.get(sha256);
		if (known !== undefined) return known;
		const bytes = await load();
		this.#modules.set(sha256, bytes);
		return bytes;
	}

	forget(tenantId: string, name: string): void {
		this.#functions.delete(keyOf(tenantId, name));
	}

	/** Changes are told from now on, or no longer. */
	told(told: boolean): void {
		this.#told = told;
		this.#functions.clear();
	}
}

/** As Postgres names it in the notification: a UUID and a name hold no slash. */
const keyOf = (tenantId: string, name: string): string => `${tenantId}/${name}`;
