// The owner's scenario in a real Chromium: registering, reading a mail, signing out and in again through the pages, and
// ending in GraphiQL as that person. The pages talk to nobody but this server, and their policy lets everything work.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { ask, inviteTo, newEmail, password, register } from "../support/people.ts";

vi.setConfig({ testTimeout: 120_000 });

const { origin } = new URL(inject("stack").graphql);
let browser: Browser;
let page: Page;
let complaints: string[];
let origins: Set<string>;

beforeAll(async () => {
	browser = await launchChromium();
});
afterAll(() => browser.close());

beforeEach(async () => {
	complaints = [];
	origins = new Set();
	page = await (await browser.newContext()).newPage();
	page.setDefaultTimeout(30_000);
	page.on("request", (request) => origins.add(new URL(request.url()).origin));
	page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
	page.on("console", (message) => {
		// Chromium reports every answer of 400 as an error of its own; Kratos' form errors are such answers.
		if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
			complaints.push(message.text());
	});
});
afterEach(async () => {
	expect(complaints).toEqual([]);
	expect([...origins].filter((one) => one !== "null")).toEqual([origin]);
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
	await page.evaluate((text) => {
		interface Model {
			readonly uri: { readonly path: string };
			getFullModelRange(): unknown;
			applyEdits(edits: readonly object[]): void;
			setValue(text: string): void;
		}
		const { monaco } = globalThis as unknown as { monaco: { editor: { getModels(): Model[] } } };
		const find = (name: string) => monaco.editor.getModels().find(({ uri }) => uri.path.endsWith(name));
		const model = find("operation.graphql");
		model?.applyEdits([{ range: model.getFullModelRange(), text }]);
		find("response.json")?.setValue("");
	}, operation);
	const press = () => page.getByRole("button", { name: /execute query/i }).click();
	await press();
	const response = () =>
		page.evaluate(() => {
			interface Model {
				readonly uri: { readonly path: string };
				getValue(): string;
			}
			const { monaco } = globalThis as unknown as { monaco: { editor: { getModels(): Model[] } } };
			return (
				monaco.editor
					.getModels()
					.find(({ uri }) => uri.path.endsWith("response.json"))
					?.getValue() ?? ""
			);
		});
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
