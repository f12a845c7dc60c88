// `apprun token` makes nobody somebody else: not in production, not without the local key.
import { decodeJwt } from "jose";
import { expect, test } from "vitest";
import { makeToken } from "../../../src/command/token.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { createDevelopmentVerifier } from "../../../src/identity/development-jwt.ts";
import { loadSecrets } from "../../../src/stack/secrets.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const tenant = "11111111-1111-4111-8111-111111111111";
const options = { tenant, role: "owner", user: "somebody", ttl: "1h" };

function localStack(more: Record<string, string> = {}) {
	const dataDir = temporaryFolder();
	return { config: loadConfig({ APPRUN_DATA_DIR: dataDir, ...more }), secrets: loadSecrets(dataDir) };
}

test("the token is one that the server accepts", async () => {
	const { config, secrets } = localStack();
	const principal = await createDevelopmentVerifier(secrets.developmentSecret)(await makeToken(config, options));
	expect(principal).toMatchObject({ tenantId: tenant, roles: ["owner"], subject: "somebody" });
});

test.each([
	["90s", 90],
	["30m", 1800],
	["1h", 3600],
	["7d", 604_800],
])("a ttl of %s is %d seconds", async (ttl, seconds) => {
	const { iat = 0, exp = 0 } = decodeJwt(await makeToken(localStack().config, { ...options, ttl }));
	expect(exp - iat).toBe(seconds);
});

test.each(["", "0h", "-1h", "1", "1.5h", "1w", "h", "1h1m", " 1h"])("a ttl of %j is refused", async (ttl) => {
	await expect(makeToken(localStack().config, { ...options, ttl })).rejects.toThrow(/not a time to live/);
});

test("in production none is made", async () => {
	const { config } = localStack({ NODE_ENV: "production" });
	await expect(makeToken(config, options)).rejects.toThrow(/NODE_ENV/);
});

test("without a local signing key none is made, and no key either", async () => {
	const config = loadConfig({ APPRUN_DATA_DIR: temporaryFolder() });
	await expect(makeToken(config, options)).rejects.toThrow(/local stack only/);
	await expect(makeToken(config, options)).rejects.toThrow(/local stack only/);
});
