// The keys that the embedded Kratos signs JWTs with: made at the first start, kept in kratos-keys.json with mode 0600. The
// first key signs; further ones are accepted. Put a new key first to rotate, and drop the old one when its tokens ended.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose";

export interface SigningKeys {
	/** The key set as JSON, private parts included. */
	readonly text: string;
	/** Where it can be read again. */
	readonly url: string;
}

/** Where the keys of a data dir are, or will be. */
export const signingKeysUrl = (dataDir: string): string => pathToFileURL(join(dataDir, "kratos-keys.json")).href;

/** Reads the keys of a data dir, making one when there is none. The caller holds the data dir's lock. */
export async function loadSigningKeys(dataDir: string): Promise<SigningKeys> {
	const path = join(dataDir, "kratos-keys.json");
	if (!existsSync(path)) {
		writeFileSync(`${path}.new`, `${JSON.stringify({ keys: [await makeSigningKey()] }, null, "\t")}\n`, {
			mode: 0o600,
		});
		renameSync(`${path}.new`, path);
	}
	return { text: readFileSync(path, "utf8"), url: signingKeysUrl(dataDir) };
}

/** A new private key: ES256, named by its thumbprint (RFC 7638). */
export async function makeSigningKey(): Promise<JWK> {
	const { privateKey } = await generateKeyPair("ES256", { extractable: true });
	const key = await exportJWK(privateKey);
	return { ...key, alg: "ES256", use: "sig", kid: await calculateJwkThumbprint(key) };
}
