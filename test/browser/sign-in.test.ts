// The owner's scenario in a real Chromium: registering, reading a mail, signing out and in again through the pages, and
// ending in GraphiQL as that person. The pages talk to nobody but this server, and their policy lets everything work.
import type { Page } from "playwright-core";
import { afterEach, beforeEach, expect, inject, test, vi } from "vitest";
import { ask, inviteTo, newEmail, password, register } from "../support/people.ts";
import { graphiqlEditor, type WatchedPage, watchPages } from "../support/watched-pages.ts";

vi.setConfig({ testTimeout: 120_000 });

const { origin } = new URL(inject("stack").graphql);
const openPage = watchPages();
let watched: WatchedPage;
let page: Page;

beforeEach(async () => {
	watched = await openPage();
	page = watched.page;
	page.setDefaultTimeout(30_000);
});
afterEach(async () => {
	expect(watched.complaints).toEqual([]);
	expect([...watched.origins]).toEqual([origin]);
	await page.context().close();
});

const open = (path: string) => page.goto(`${origin}${path}`);

async function createAccount(email: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
	await page.getByLabel("E-mail").fill(email);
	await page.getByLabel("Password").fill(password);
	for (const [label, value] of Object.entries(more)) await page.getByLabel(label).fill(value);
	await page.getByRole("button", { name: "Sign up" }).click();
}

async function signIn(email: string, secret = password): Promise<void> {
	await page.getByLabel("E-mail").fill(email);
	await page.getByLabel("Password").fill(secret);
	await page.getByRole("button", { name: "Sign in" }).click();
}

/** Runs an operation in GraphiQL and reads what it shows. */
async function runInGraphiql(operation: string): Promise<string> {
	await page.getByRole("button", { name: /execute query/i }).waitFor();
	await graphiqlEditor(page, "operation.graphql", "type", operation);
	await graphiqlEditor(page, "response.json", "set", "");
	const press = () => page.getByRole("button", { name: /execute query/i }).click();
	await press();
	const response = () => graphiqlEditor(page, "response.json");
	// GraphiQL learns the operation's name a moment after the text; until then it sends nothing and says so.
	const settled = async () => {
		const text = await response();
		if (!text.includes("Cannot infer operation")) return text;
		await press();
		return "";
	};
	await expect.poll(settled, { timeout: 15_000, interval: 300 }).toMatch(/\}$/);
	return response();
}

test("register, create a product in GraphiQL, sign out, sign in again, and find it", async () => {
	const email = newEmail("chromium");
	await open("/auth/registration");
	await createAccount(email, { "Name of your new tenant (optional)": "Chromium & Co" });
	await page.waitForURL(`${origin}/graphql`);
	expect(await page.getByLabel("Tenant").locator("option:checked").textContent()).toBe(email);
	const made = await runInGraphiql('mutation Make { createProduct(input: { name: "Lamp" }) { name } }');
	expect(JSON.parse(made)).toEqual({ data: { createProduct: { name: "Lamp" } } });

	await page.getByRole("link", { name: "Sign out" }).click();
	await page.waitForURL(`${origin}/auth/login`);
	await signIn(email);
	await page.waitForURL(`${origin}/graphql`);
	const found = await runInGraphiql("query Find { me { email tenant { name } } products { name } }");
	expect(JSON.parse(found)).toEqual({
		data: { me: { email, tenant: { name: "Chromium & Co" } }, products: [{ name: "Lamp" }] },
	});
});

test("with an invitation in the link one joins that tenant", async () => {
	const owner = await register({ tenantName: "The inviter's" });
	const email = newEmail("invited");
	await open(`/auth/registration?invitation=${await inviteTo(owner, email, "reader")}`);
	await createAccount(email);
	await page.waitForURL(`${origin}/graphql`);
	const { data } = await ask("{ members { email roles } }", {}, owner.byJwt);
	expect(data.members).toContainEqual({ email, roles: ["reader"] });
});

test("with an account one joins by signing in from the same link, and goes on there", async () => {
	const [owner, ada] = [await register({ tenantName: "The host's" }), await register()];
	const secret = await inviteTo(owner, ada.email, "editor");
	await open(`/auth/registration?invitation=${secret}`);
	await page.getByRole("link", { name: "Join with the account that you have" }).click();
	await page.waitForURL(/\/auth\/login/);
	await signIn(ada.email);
	await page.waitForURL(`${origin}/graphql`);
	expect(JSON.parse(await runInGraphiql("query Me { me { tenant { name } roles } }"))).toEqual({
		data: { me: { tenant: { name: "The host's" }, roles: ["editor"] } },
	});
	await open(`/auth/login?invitation=${secret}`);
	await page.getByRole("alert").filter({ hasText: "used already" }).waitFor();
	await page.getByRole("link", { name: "Go on without it" }).click();
	await page.waitForURL(`${origin}/graphql`);
});

test("a wrong password and a taken address are told at the form", async () => {
	const ada = await register();
	await open("/auth/login");
	await signIn(ada.email, "not the password");
	await page.getByRole("alert").filter({ hasText: "credentials are invalid" }).waitFor();
	await open("/auth/registration");
	await createAccount(ada.email);
	await page.getByRole("alert").filter({ hasText: "exists already" }).waitFor();
	await createAccount(newEmail(), { "Invitation (to join a tenant)": "<img src=x onerror=alert(1)>" });
	await page.getByRole("alert").filter({ hasText: "The invitation is not known" }).waitFor();
});

test("who forgot the password gets in by a code from the mailbox, and sets another one", async () => {
	const ada = await register();
	await open("/auth/recovery");
	await page.getByLabel("Email").fill(ada.email);
	await page.getByRole("button", { name: "Continue" }).click();
	await page.getByLabel(/code/i).first().waitFor();
	const mailbox = await page.context().newPage();
	let code: string | undefined;
	await expect
		.poll(
			async () => {
				await mailbox.goto(`${origin}/auth/mailbox`);
				const mail = mailbox
					.getByRole("article")
					.filter({ hasText: ada.email })
					.filter({ hasText: /recover/i });
				if ((await mail.count()) > 0) code = /\b(\d{6})\b/.exec((await mail.first().textContent()) ?? "")?.[1];
				return code;
			},
			{ timeout: 20_000, interval: 500 },
		)
		.toBeDefined();
	await mailbox.close();
	await page
		.getByLabel(/code/i)
		.first()
		.fill(code ?? "");
	await page.getByRole("button", { name: "Continue" }).click();
	await page.waitForURL(/\/auth\/settings/);
	const another = "quite another horse battery";
	await page.getByLabel("Password").fill(another);
	await page.locator('button[value="password"]').click();
	await page.getByRole("status").filter({ hasText: /saved/i }).waitFor();
	await page.getByRole("link", { name: "Sign out" }).click();
	await page.waitForURL(`${origin}/auth/login`);
	await signIn(ada.email, another);
	await page.waitForURL(`${origin}/graphql`);
});

test("the settings page changes the name, and shows the tenant without letting it change", async () => {
	const email = newEmail("settings");
	await open("/auth/registration");
	await createAccount(email);
	await page.waitForURL(`${origin}/graphql`);
	await open("/auth/settings");
	await page.getByLabel("Name", { exact: true }).fill("Ada Lovelace");
	expect(await page.getByLabel("Tenant").getAttribute("readonly")).not.toBeNull();
	await page.locator('button[value="profile"]').click();
	await page.getByRole("status").filter({ hasText: /saved/i }).waitFor();
	await open("/graphql");
	expect(JSON.parse(await runInGraphiql("query Me { me { name } }"))).toEqual({
		data: { me: { name: "Ada Lovelace" } },
	});
});
