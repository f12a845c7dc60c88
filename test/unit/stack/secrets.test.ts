// Secrets are made once for a data dir, readable by their owner only.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadSecrets } from "../../../src/stack/secrets.ts";
import { StackError } from "../../../src/stack/stack-error.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("they are made once, differ from each other and from those of another data dir", () => {
	const [folder, other] = [temporaryFolder(), temporaryFolder()];
	const secrets = loadSecrets(folder);
	expect(loadSecrets(folder)).toEqual(secrets);
	const all = [...Object.values(secrets), ...Object.values(loadSecrets(other))];
	expect(new Set(all).size).toBe(all.length);
});

test("only their owner can read them", () => {
	const folder = temporaryFolder();
	loadSecrets(folder);
	expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
});

test("they are long enough for what they are used for", () => {
	const { jwtSecret, developmentSecret, kratosCipherSecret } = loadSecrets(temporaryFolder());
	expect(jwtSecret.length).toBeGreaterThanOrEqual(32);
	expect(developmentSecret.length).toBeGreaterThanOrEqual(32);
	expect(kratosCipherSecret).toHaveLength(32);
});

test("a secret that a newer version needs is added, the others stay", () => {
	const folder = temporaryFolder();
	const { developmentSecret: _removed, ...older } = loadSecrets(folder);
	writeFileSync(join(folder, "secrets.json"), JSON.stringify(older));
	const completed = loadSecrets(folder);
	expect(completed).toMatchObject(older);
	expect(JSON.parse(readFileSync(join(folder, "secrets.json"), "utf8"))).toEqual(completed);
});

test.each(["", "{", "[]", '{"jwtSecret":1}', '{"jwtSecret":""}'])(
	"a damaged file (%s) is refused, not replaced",
	(text) => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, "secrets.json"), text);
		expect(() => loadSecrets(folder)).toThrow(StackError);
		expect(readFileSync(join(folder, "secrets.json"), "utf8")).toBe(text);
	},
);
