// Kratos' keys rotate without a restart: a set of two works, a changed set is picked up, one that cannot be read any more
// leaves the known keys in place, and private parts are never looked at.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { importJWK, type JWK, jwtVerify, SignJWT } from "jose";
import { afterEach, expect, test, vi } from "vitest";
import { createKratosKeys, publicPart } from "../../../src/identity/kratos/kratos-keys.ts";
import { makeSigningKey } from "../../../src/stack/signing-keys.ts";

const cleanUp: (() => void)[] = [];
afterEach(() => {
	vi.useRealTimers();
	for (const clean of cleanUp.splice(0)) clean();
});

function keyFile(): { readonly url: string; write(keys: readonly JWK[]): void; remove(): void } {
	const folder = mkdtempSync(join(tmpdir(), "apprun-keys-"));
	cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
	const path = join(folder, "keys.json");
	return {
		url: pathToFileURL(path).href,
		write: (keys) => writeFileSync(path, JSON.stringify({ keys })),
		remove: () => rmSync(path),
	};
}

const signedBy = async (key: JWK) =>
	new SignJWT({ sub: "ada" })
		.setProtectedHeader({ alg: "ES256", ...(key.kid === undefined ? {} : { kid: key.kid }) })
		.sign(await importJWK(key, "ES256"));

const verify = async (keys: ReturnType<typeof createKratosKeys>, key: JWK) =>
	(await jwtVerify(await signedBy(key), keys, { algorithms: ["ES256"] })).payload.sub;

test("every key of the set verifies, whichever signs", async () => {
	const [one, two] = [await makeSigningKey(), await makeSigningKey()];
	const file = keyFile();
	file.write([one, two]);
	const keys = createKratosKeys(file.url, () => {});
	expect([await verify(keys, one), await verify(keys, two)]).toEqual(["ada", "ada"]);
	await expect(verify(keys, await makeSigningKey())).rejects.toThrow();
});

test("a key that was added is known at once, one that was taken out soon is not", async () => {
	vi.useFakeTimers({ toFake: ["Date"] });
	const [old, next] = [await makeSigningKey(), await makeSigningKey()];
	const file = keyFile();
	file.write([old]);
	const keys = createKratosKeys(file.url, () => {});
	expect(await verify(keys, old)).toBe("ada");
	file.write([next, old]);
	vi.setSystemTime(Date.now() + 1500);
	expect(await verify(keys, next)).toBe("ada");
	expect(await verify(keys, old)).toBe("ada");
	file.write([next]);
	vi.setSystemTime(Date.now() + 31_000);
	await verify(keys, next);
	await vi.waitFor(async () => await expect(verify(keys, old)).rejects.toThrow());
	expect(await verify(keys, next)).toBe("ada");
});

test("while the set cannot be read the known keys go on; before it ever was, nobody is believed", async () => {
	vi.useFakeTimers({ toFake: ["Date"] });
	const key = await makeSigningKey();
	const file = keyFile();
	const keys = createKratosKeys(file.url, () => {});
	await expect(verify(keys, key)).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
	file.write([key]);
	expect(await verify(keys, key)).toBe("ada");
	file.remove();
	vi.setSystemTime(Date.now() + 600_000);
	expect(await verify(keys, key)).toBe("ada");
});

test("the set may be at an address as well", async () => {
	const key = await makeSigningKey();
	let keys: readonly unknown[] = [publicPart(key as Record<string, unknown>)];
	const server = createServer((_request, response) => {
		response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ keys }));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	cleanUp.push(() => server.close());
	const lookUp = createKratosKeys(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`, () => {});
	expect(await verify(lookUp, key)).toBe("ada");
	const next = await makeSigningKey();
	keys = [publicPart(next as Record<string, unknown>)];
	vi.useFakeTimers({ toFake: ["Date"] });
	vi.setSystemTime(Date.now() + 1500);
	expect(await verify(lookUp, next)).toBe("ada");
});

test("nothing private is left of a key, and a symmetric one is none at all", async () => {
	const open = publicPart((await makeSigningKey()) as Record<string, unknown>);
	expect(Object.keys(open).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
	expect(publicPart({ kty: "oct", k: "c2VjcmV0" })).toEqual({ kty: "oct" });
});
