// `apprun serve` with services that an operator started from the printed settings: the owner's scenario runs through them,
// and `apprun doctor` finds nothing to mend.
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { mintDevelopmentToken } from "../../../src/identity/development-jwt.ts";
import { freePorts } from "../../../src/stack/free-ports.ts";
import { loadSecrets } from "../../../src/stack/secrets.ts";
import { startStack } from "../../../src/stack/start-stack.ts";
import { demoTenants } from "../../support/open-app.ts";
import { overTcp } from "../../support/over-tcp.ts";
import { startOwnKratos } from "../../support/own-kratos.ts";
import { ask, codes, inviteToAt, logIn, newEmail, register } from "../../support/people.ts";
import { type ApprunProcess, eventually, runApprun, startProcess } from "../../support/start-process.ts";
import { throwawayStack } from "../../support/test-stack-config.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const opened = new AsyncDisposableStack();
let environment: Record<string, string>;
let serving: ApprunProcess;
let url: string;

beforeAll(async () => {
	// Only Postgres and PostgREST of it: from here on they are somebody's own services.
	const throwaway = throwawayStack({ APPRUN_KRATOS: "off", APPRUN_DEMO: "on" });
	opened.defer(throwaway.remove);
	const services = await startStack(throwaway.config, () => {});
	opened.defer(() => services.stop());
	const { databaseUrl, postgrest } = services.endpoints;
	if (postgrest.socketPath === null) throw new Error("the embedded PostgREST has a socket");
	const api = await overTcp(postgrest.socketPath);
	opened.defer(api.close);
	const [port, hooksPort, publicPort, adminPort] = (await freePorts(4)) as [number, number, number, number];
	const { dataDir } = throwaway.config;
	environment = {
		APPRUN_DATABASE_URL: databaseUrl,
		APPRUN_POSTGREST_URL: api.url,
		APPRUN_JWT_SECRET: postgrest.jwtSecret,
		APPRUN_PORT: String(port),
		APPRUN_PUBLIC_URL: `http://127.0.0.1:${port}`,
		APPRUN_DATA_DIR: dataDir,
		APPRUN_KRATOS_PUBLIC_URL: `http://127.0.0.1:${publicPort}`,
		APPRUN_KRATOS_ADMIN_URL: `http://127.0.0.1:${adminPort}`,
		APPRUN_KRATOS_JWKS_URL: `file://${join(dataDir, "kratos-keys.json")}`,
		APPRUN_HOOK_SECRET: "a secret that Kratos sends with its hooks",
		APPRUN_HOOKS_PORT: String(hooksPort),
		APPRUN_SMTP_URL: "smtp://127.0.0.1:1",
	};
	expect(await runApprun(["migrate"], environment)).toMatchObject({ exitCode: 0 });
	const printed = await runApprun(["kratos-config", "--hooks-url", `http://127.0.0.1:${hooksPort}`], environment);
	expect(printed.stderr).toBe("");
	const kratos = { databaseUrl, publicPort, adminPort, settings: printed.stdout, folder: dataDir };
	opened.defer(await startOwnKratos(kratos));
	serving = startProcess(["serve"], environment);
	opened.defer(async () => {
		serving.child.kill("SIGTERM");
		if (serving.child.exitCode === null) await once(serving.child, "exit");
	});
	url = `http://127.0.0.1:${port}/graphql`;
	await eventually("apprun serves", async () => {
		const answer = await fetch(new URL("/health/ready", url)).catch(() => null);
		if (serving.child.exitCode !== null) throw new Error((await serving.outcome).stderr);
		return answer?.ok ? true : null;
	});
});
afterAll(() => opened.disposeAsync());

test("every service is ready", async () => {
	const { status, services } = (await (await fetch(new URL("/health/ready", url))).json()) as {
		status: string;
		services: { name: string; status: string }[];
	};
	expect(status).toBe("ok");
	expect(services.map(({ name }) => name)).toEqual(expect.arrayContaining(["postgres", "postgrest", "kratos"]));
});

test("register, create, see it; a stranger sees nothing, an invited one does; after logout both credentials are refused", async () => {
	const ada = await register({}, url);
	const list = "{ products { name } }";
	expect(await ask(list, {}, ada.byJwt, url)).toMatchObject({ errors: [], data: { products: [] } });
	const made = await ask('mutation { createProduct(input: { name: "Lamp" }) { name } }', {}, ada.byJwt, url);
	expect(made.errors).toEqual([]);
	expect((await ask(list, {}, ada.bySession, url)).data.products).toEqual([{ name: "Lamp" }]);
	expect((await ask(list, {}, (await register({}, url)).byJwt, url)).data.products).toEqual([]);
	const email = newEmail("bob");
	const bob = await register({ email, invitation: await inviteToAt(url, ada, email, "reader") }, url);
	expect((await ask(list, {}, bob.byJwt, url)).data.products).toEqual([{ name: "Lamp" }]);
	const again = await logIn(ada.email, url);
	expect((await ask("mutation { logout(everywhere: true) }", {}, again.byJwt, url)).data.logout).toBe(true);
	for (const headers of [ada.byJwt, ada.bySession, again.byJwt])
		expect(codes(await ask(list, {}, headers, url))).toEqual(["UNAUTHENTICATED"]);
});

test("its pages pass Kratos' flows through, with cookies of this site", async () => {
	const opening = await fetch(new URL("/auth/self-service/login/browser", url), { redirect: "manual" });
	expect(opening.status).toBe(303);
	expect(opening.headers.get("location")).toMatch(new RegExp(`^${new URL(url).origin}/auth/login\\?flow=`));
	expect(opening.headers.getSetCookie().join()).toMatch(/csrf_token_.*HttpOnly/i);
});

test("a development token is worth nothing here", async () => {
	const { developmentSecret } = loadSecrets(environment["APPRUN_DATA_DIR"] ?? "");
	const identity = { subject: "somebody", tenantId: demoTenants.acme, roles: ["owner"] };
	const token = await mintDevelopmentToken(developmentSecret, identity, 60);
	const answer = await ask("{ products { name } }", {}, { authorization: `Bearer ${token}` }, url);
	expect(codes(answer)).toEqual(["UNAUTHENTICATED"]);
});

test("the doctor finds nothing to mend", async () => {
	const { stdout, stderr, exitCode } = await runApprun(["doctor"], environment);
	expect([stderr, stdout]).toEqual(["", expect.stringContaining("as they should be")]);
	expect(exitCode).toBe(0);
});
