// deploy/compose.yaml, where no container engine is at hand: it is valid by the compose specification, holds no secret,
// and its services wait for each other.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadConfig } from "../../../src/config/load-config.ts";
import { postgrestVersion } from "../../../src/stack/npm-binaries.ts";
import { packageRoot } from "../../../src/stack/package-root.ts";
import { kratosBinary } from "../../../src/stack/pinned-binaries.ts";

interface Service {
	readonly image?: string;
	readonly environment?: Readonly<Record<string, string>>;
	readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
	readonly healthcheck?: object;
	readonly configs?: readonly { readonly source: string }[];
	readonly ports?: readonly string[];
}

interface Compose {
	readonly services: Readonly<Record<string, Service>>;
	readonly configs: Readonly<Record<string, { readonly file?: string; readonly content?: string }>>;
}

const text = readFileSync(join(packageRoot, "deploy", "compose.yaml"), "utf8");
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);

/** The schema of the compose specification, as the linter of compose files brings it. */
function specification(): object {
	const linter = dirname(createRequire(import.meta.url).resolve("dclint/package.json"));
	return JSON.parse(readFileSync(join(linter, "schemas", "compose.schema.json"), "utf8"));
}

function validate(document: unknown): readonly string[] {
	const { $schema: _draft, ...schema } = specification() as { $schema: string };
	const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
	ajv.validate(schema, document);
	return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

test("is valid by the compose specification", () => {
	expect(validate(compose)).toEqual([]);
});

test("the check would notice a mistake", () => {
	expect(validate({ services: { postgres: { image: "postgres:17", helthcheck: {} } } })).not.toEqual([]);
	expect(validate({ services: { postgres: { depends_on: { x: { condition: "healthy" } } } } })).not.toEqual([]);
});

test("every variable is required, with a word on what it is, so that nothing starts with a missing secret", () => {
	const variables = [...text.matchAll(/(?<!\$)\$\{([^}]*)\}/g)].map(([, inside]) => inside);
	expect(variables.length).toBeGreaterThan(5);
	expect(variables.filter((inside) => !/^[A-Z_]+:\?.+$/.test(inside ?? ""))).toEqual([]);
});

test("whatever is called a password or secret comes from a variable", () => {
	for (const [, { environment = {} }] of services)
		for (const [name, value] of Object.entries(environment))
			if (/PASSWORD|SECRET|DSN|_URI|DATABASE_URL/.test(name)) expect(value).toContain("${");
});

test("services wait for services that exist, and for health only where it is checked", () => {
	for (const [, { depends_on: waitsFor = {} }] of services)
		for (const [name, { condition }] of Object.entries(waitsFor)) {
			expect(Object.keys(compose.services)).toContain(name);
			if (condition === "service_healthy") expect(compose.services[name]?.healthcheck).toBeDefined();
		}
});

test("has the pinned versions", () => {
	expect(compose.services["postgrest"]?.image).toBe(`postgrest/postgrest:v${postgrestVersion}`);
	expect(compose.services["kratos"]?.image).toBe(`oryd/kratos:v${kratosBinary.version}`);
	expect(compose.services["kratos-migrate"]?.image).toBe(compose.services["kratos"]?.image);
	expect(compose.services["postgres"]?.image).toBe("postgres:17");
});

test("ports are open on this machine only", () => {
	const ports = services.flatMap(([, service]) => service.ports ?? []);
	expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
});

test("configuration files exist and are used", () => {
	const used = services.flatMap(([, service]) => (service.configs ?? []).map(({ source }) => source));
	expect([...used].sort()).toEqual(Object.keys(compose.configs).sort());
	for (const { file } of Object.values(compose.configs))
		if (file !== undefined) expect(readFileSync(join(packageRoot, "deploy", file), "utf8")).not.toBe("");
});

/** Variables that hold more than random letters. */
const addresses: Readonly<Record<string, string>> = {
	PUBLIC_URL: "http://127.0.0.1:4000",
	SMTP_URL: "smtps://mail.example.com:465",
};

describe.each(["apprun", "migrate", "kratos-config"])("%s", (name) => {
	test("has only settings that apprun accepts", () => {
		const environment = compose.services[name]?.environment ?? {};
		const given = Object.entries(environment).map(([key, value]) => [
			key,
			value.replace(/\$\{([A-Z_]+)[^}]*\}/g, (_, variable: string) => addresses[variable] ?? "x".repeat(32)),
		]);
		expect(() => loadConfig(Object.fromEntries(given))).not.toThrow();
	});
});
