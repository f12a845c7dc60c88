// The cursors of connections: the values by which a row is ordered, sealed with a key of the server and bound to tenant,
// table and order. Nobody can read, make or change one, and one of another tenant, table or order does not open.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from "node:crypto";
import type { Principal } from "../identity/principal.ts";

/** Values by which a row is ordered, as the text of the database, in the order's order. */
export type OrderValues = readonly (string | null)[];

/** The cursors of one caller. `binding` is what they belong to: table and order, as text. */
export interface Cursors {
	/** The same values give the same cursor. */
	seal(binding: string, values: OrderValues): string;
	/** Null for what is no cursor of this caller and binding. */
	open(binding: string, cursor: string): OrderValues | null;
}

export type CursorsFor = (principal: Principal) => Cursors;

const nonceBytes = 12;
const tagBytes = 16;

/** @param secret of the server, the same for all of its processes */
export function createCursors(secret: string): CursorsFor {
	const keys = Buffer.from(hkdfSync("sha256", secret, "", "apprun cursors", 64));
	const [cipherKey, nonceKey] = [keys.subarray(0, 32), keys.subarray(32)];
	return (principal) => {
		const bound = (binding: string) => Buffer.from(JSON.stringify([tenantOf(principal), binding]));
		return {
			seal(binding, values) {
				const text = Buffer.from(JSON.stringify(values));
				const associated = bound(binding);
				// The nonce is a function of everything, so it repeats only with the whole message.
				const nonce = createHmac("sha256", nonceKey).update(associated).update(text).digest().subarray(0, nonceBytes);
				const cipher = createCipheriv("aes-256-gcm", cipherKey, nonce).setAAD(associated);
				const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
				return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
			},
			open(binding, cursor) {
				const bytes = Buffer.from(cursor, "base64url");
				// One text a cursor: base64url is read leniently, and would let many others through.
				if (bytes.length <= nonceBytes + tagBytes || bytes.toString("base64url") !== cursor) return null;
				const decipher = createDecipheriv("aes-256-gcm", cipherKey, bytes.subarray(0, nonceBytes))
					.setAAD(bound(binding))
					.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
				try {
					const sealed = bytes.subarray(nonceBytes + tagBytes);
					return JSON.parse(Buffer.concat([decipher.update(sealed), decipher.final()]).toString()) as OrderValues;
				} catch {
					return null;
				}
			},
		};
	};
}

function tenantOf(principal: Principal): string | null {
	return principal.kind === "anonymous" ? null : principal.tenantId;
}
