// What deploy/kratos/kratos.yml leaves open, as the second configuration file of Kratos: addresses, keys, secrets, and the
// hooks that carry them. Holds secrets. Files that Kratos needs are inlined, because it may run where they are not.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What differs from one installation to the next. URLs have no trailing slash. */
export interface KratosSettings {
	/** Where browsers reach apprun, such as `http://127.0.0.1:4000`. */
	readonly siteUrl: string;
	/** Where Kratos reaches apprun's hooks, such as `http://127.0.0.1:4001/hooks`: never the public endpoint. */
	readonly hooksUrl: string;
	readonly hookSecret: string;
	/** JSON Web Key Set with private keys (ES256); the first one signs. */
	readonly signingKeys: string;
	/** How long a JWT lives, in seconds. */
	readonly tokenTtlSeconds: number;
	/** SMTP connection of a mail server; null: the development mailbox behind `hooksUrl`. */
	readonly smtpUrl: string | null;
	/** Sender of mails. */
	readonly smtpFrom: string;
}

/**
 * The second configuration file, without database, listeners and Kratos' own secrets.
 * @param folder deploy/kratos
 */
export function kratosOverrides(folder: string, settings: KratosSettings): Record<string, unknown> {
	// Kratos accepts a file as a `base64://` URI wherever it accepts a path.
	const inline = (text: string) => `base64://${Buffer.from(text).toString("base64")}`;
	const file = (name: string) => inline(readFileSync(join(folder, name), "utf8"));
	const mapper = { claims_mapper_url: file("session-claims.jsonnet"), jwks_url: inline(settings.signingKeys) };
	const template = { ...mapper, ttl: `${settings.tokenTtlSeconds}s` };
	return {
		...weaknesses(settings.siteUrl),
		identity: { default_schema_id: "person", schemas: [{ id: "person", url: file("identity.schema.json") }] },
		session: { whoami: { tokenizer: { templates: { apprun: template } } } },
		selfservice: selfservice(settings, file("hook-body.jsonnet")),
		courier: courier(settings, file("mail.jsonnet")),
	};
}

function selfservice({ siteUrl, hooksUrl, hookSecret }: KratosSettings, body: string): Record<string, unknown> {
	const page = (name: string) => ({ ui_url: `${siteUrl}/auth/${name}` });
	const webHook = (name: string, parse: boolean) => ({
		hook: "web_hook",
		config: {
			url: `${hooksUrl}/${name}`,
			method: "POST",
			body,
			auth: apiKey(hookSecret),
			...(parse ? { response: { parse } } : {}),
		},
	});
	// With `parse` a hook runs before the identity is stored and may refuse it; without, afterwards.
	const registration = [webHook("registration", true), webHook("registered", false), { hook: "session" }];
	const settings = [webHook("settings", true), webHook("saved", false)];
	return {
		default_browser_return_url: `${siteUrl}/graphql`,
		allowed_return_urls: [`${siteUrl}/graphql`, `${siteUrl}/auth/`],
		flows: {
			error: page("error"),
			login: page("login"),
			logout: { after: { default_browser_return_url: `${siteUrl}/auth/login` } },
			registration: { ...page("registration"), enabled: true, after: { password: { hooks: registration } } },
			settings: { ...page("settings"), after: { profile: { hooks: settings } } },
			recovery: page("recovery"),
			verification: page("verification"),
		},
	};
}

/** Kratos sends it with every call; the listener refuses a call without. */
function apiKey(value: string): Record<string, unknown> {
	return { type: "api_key", config: { name: "X-Apprun-Hook-Secret", value, in: "header" } };
}

/**
 * Browsers drop `Secure` cookies on plain http, so a site without TLS, a developer's machine, needs them relaxed. Kratos
 * allows a bcrypt cost below 12 only then: 10 takes about 60 ms, 12 takes 250. The argon2 durations are not about argon2:
 * it is how long Kratos waits when an e-mail address is unknown, so that it takes about as long as a wrong password.
 */
function weaknesses(siteUrl: string): Record<string, unknown> {
	const plain = siteUrl.startsWith("http:");
	const expected = { expected_duration: plain ? "60ms" : "250ms", expected_deviation: "20ms" };
	return { dev: plain, hashers: { algorithm: "bcrypt", bcrypt: { cost: plain ? 10 : 12 }, argon2: expected } };
}

function courier({ smtpUrl, smtpFrom, hooksUrl, hookSecret }: KratosSettings, body: string): Record<string, unknown> {
	if (smtpUrl !== null) return { delivery_strategy: "smtp", smtp: { connection_uri: smtpUrl, from_address: smtpFrom } };
	const request = { url: `${hooksUrl}/mail`, method: "POST", body, auth: apiKey(hookSecret) };
	return { delivery_strategy: "http", http: { request_config: request } };
}
