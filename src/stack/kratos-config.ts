// Takes the template deploy/kratos/kratos.yml and what differs from run to run, gives the text of Kratos' configuration.
// Refuses a template and values that do not match each other. Every file that Kratos needs is inlined, because Kratos
// may run as a user who cannot enter the checkout.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What differs from run to run. URLs have no trailing slash. */
export interface KratosSettings {
	/** Connection string; its `search_path` is the schema of Kratos' tables. */
	readonly dsn: string;
	/** Where browsers reach apprun, such as `http://127.0.0.1:4000`. */
	readonly siteUrl: string;
	readonly publicPort: number;
	readonly adminPort: number;
	/** Where Kratos reaches apprun's hooks: never the address of the public endpoint. */
	readonly hooksUrl: string;
	readonly hookSecret: string;
	readonly cookieSecret: string;
	/** Exactly 32 characters. */
	readonly cipherSecret: string;
	/** JSON Web Key Set with private keys; the first one signs. */
	readonly signingKeys: string;
	/** How long a JWT lives, in seconds. */
	readonly tokenTtlSeconds: number;
	/** SMTP connection of a real mail server; null: the development mailbox behind `hooksUrl`. */
	readonly smtpUrl: string | null;
	readonly smtpFrom: string;
}

/** Kratos accepts files as `base64://` URIs wherever it accepts a path. */
const inline = (text: string): string => `base64://${Buffer.from(text).toString("base64")}`;

/**
 * Kratos' configuration as YAML. Holds secrets: write it with mode 0600.
 * @param folder deploy/kratos
 */
export async function renderKratosConfig(folder: string, settings: KratosSettings): Promise<string> {
	const file = (name: string) => readFile(join(folder, name), "utf8");
	const [template, schema, hookBody, claims, mail] = await Promise.all(
		["kratos.yml", "identity.schema.json", "hook-body.jsonnet", "session-claims.jsonnet", "mail.jsonnet"].map(file),
	);
	return fillTemplate(template as string, {
		...addresses(settings),
		...passwords(settings),
		dsn: settings.dsn,
		publicPort: settings.publicPort,
		adminPort: settings.adminPort,
		cookieSecret: settings.cookieSecret,
		cipherSecret: settings.cipherSecret,
		hookSecret: settings.hookSecret,
		identitySchema: inline(schema as string),
		hookBody: inline(hookBody as string),
		claimsMapper: inline(claims as string),
		signingKeys: inline(settings.signingKeys),
		tokenTtl: `${settings.tokenTtlSeconds}s`,
		courier: courier(settings, inline(mail as string)),
	});
}

function addresses(settings: KratosSettings): Record<string, unknown> {
	const page = (name: string) => `${settings.siteUrl}/auth/${name}`;
	return {
		baseUrl: `${settings.siteUrl}/auth/`,
		adminUrl: `http://127.0.0.1:${settings.adminPort}/`,
		homeUrl: `${settings.siteUrl}/graphql`,
		pagesUrl: page(""),
		errorPage: page("error"),
		loginPage: page("login"),
		registrationPage: page("registration"),
		settingsPage: page("settings"),
		recoveryPage: page("recovery"),
		verificationPage: page("verification"),
		registrationHook: `${settings.hooksUrl}/registration`,
		registeredHook: `${settings.hooksUrl}/registered`,
		settingsHook: `${settings.hooksUrl}/settings`,
		savedHook: `${settings.hooksUrl}/saved`,
	};
}

function passwords(settings: KratosSettings): Record<string, unknown> {
	// Browsers drop Secure cookies on plain http, so a site without TLS (a developer's machine) needs them relaxed.
	// Kratos allows a bcrypt cost below 12 only then; 10 takes about 60 ms instead of 250.
	const plain = settings.siteUrl.startsWith("http:");
	return { insecureCookies: plain, bcryptCost: plain ? 10 : 12, passwordDuration: plain ? "60ms" : "250ms" };
}

function courier(settings: KratosSettings, body: string): unknown {
	if (settings.smtpUrl !== null)
		return { delivery_strategy: "smtp", smtp: { connection_uri: settings.smtpUrl, from_address: settings.smtpFrom } };
	const auth = {
		type: "api_key",
		config: { name: "X-Apprun-Hook-Secret", value: settings.hookSecret, in: "header" },
	};
	const request = { url: `${settings.hooksUrl}/mail`, method: "POST", body, auth };
	return { delivery_strategy: "http", http: { request_config: request } };
}

/**
 * Replaces each `{{name}}` with its value as JSON, which is valid YAML wherever a value may stand.
 * @throws Error naming what the template asks for and nobody gave, or what was given and is not asked for
 */
export function fillTemplate(template: string, values: Readonly<Record<string, unknown>>): string {
	const unused = new Set(Object.keys(values));
	const text = template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
		if (!Object.hasOwn(values, name)) throw new Error(`The template asks for {{${name}}}, which has no value.`);
		unused.delete(name);
		return JSON.stringify(values[name]);
	});
	if (unused.size > 0) throw new Error(`The template has no place for: ${[...unused].join(", ")}.`);
	return text;
}
