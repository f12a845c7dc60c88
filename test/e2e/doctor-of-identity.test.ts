// `apprun doctor` on a Kratos whose settings are taken away one by one: each is found, and a right one is left in peace.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type App, createApp } from "../../src/app.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { examineKratos } from "../../src/identity/kratos/examine-kratos.ts";
import { settlePort } from "../../src/stack/settle-port.ts";
import { siteUrlOf } from "../../src/stack/site-url.ts";
import type { Stack } from "../../src/stack/stack.ts";
import { startStack } from "../../src/stack/start-stack.ts";
import { throwawayStack } from "../support/test-stack-config.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const throwaway = throwawayStack({ APPRUN_DEMO: "on" });
let stack: Stack;
let app: App;
let siteUrl: string;
let settings: string;

beforeAll(async () => {
	const config = await settlePort(throwaway.config);
	siteUrl = siteUrlOf(config);
	stack = await startStack(config, () => {});
	app = await createApp({ config, stack, observe: () => {} });
	await app.listen();
	settings = readFileSync(file(), "utf8");
});
afterAll(async () => {
	await app?.close();
	await stack?.stop();
	throwaway.remove();
});

/** What Kratos reads again whenever it changes. */
const file = () => join(throwaway.config.dataDir, "kratos", "local.json");

async function codes(changes: object = {}): Promise<string[]> {
	const { kratos } = stack.endpoints;
	if (kratos === null) throw new Error("there is no Kratos");
	const { kratosIssuer: issuer, kratosAudience: audience } = loadConfig({});
	const findings = await examineKratos({ ...kratos, issuer, audience, siteUrl, ...changes }, () => {});
	return findings.map(({ code, severity }) => `${severity} ${code}`);
}

// biome-ignore lint/suspicious/noExplicitAny: the settings of another program
async function without(change: (local: any) => void, expected: readonly string[]): Promise<void> {
	const local = JSON.parse(settings);
	change(local);
	writeFileSync(file(), JSON.stringify(local));
	await vi.waitFor(async () => expect(await codes()).toEqual(expected), { timeout: 30_000, interval: 500 });
	writeFileSync(file(), settings);
	await vi.waitFor(async () => expect(await codes()).toEqual([]), { timeout: 30_000, interval: 500 });
}

test("a right one has no finding, and the probe leaves nobody behind", async () => {
	expect(await codes()).toEqual([]);
	const answer = await fetch(`${stack.endpoints.kratos?.adminUrl}/admin/identities`);
	const people = (await answer.json()) as { traits: { email: string } }[];
	expect(people.filter(({ traits }) => traits.email.startsWith("doctor-"))).toEqual([]);
});

test("a registration without its hook", async () => {
	await without(
		(local) => {
			local.selfservice.flows.registration.after.password.hooks = [{ hook: "session" }];
		},
		["error kratos-registration-hook"],
	);
});

test("settings without their hook", async () => {
	await without(
		(local) => {
			local.selfservice.flows.settings.after.profile.hooks = [];
		},
		["error kratos-settings-hook"],
	);
});

test("no tokenizer", async () => {
	await without(
		(local) => {
			const { templates } = local.session.whoami.tokenizer;
			templates.another = templates.apprun;
			delete templates.apprun;
		},
		["error kratos-tokenizer"],
	);
});

test("keys, issuer and site that are not those of this Kratos", async () => {
	expect(await codes({ jwksUrl: "file:///nowhere/keys.json" })).toEqual(["error kratos-keys"]);
	expect(await codes({ issuer: "another" })).toEqual(["error kratos-keys"]);
	expect(await codes({ siteUrl: "http://another.example" })).toEqual(["error kratos-cookies"]);
	expect(await codes({ siteUrl: siteUrl.replace("http:", "https:") })).toContain("error kratos-cookies");
});
