// Examines a running Kratos by what it does, because it does not tell its settings: registers, signs in and changes
// settings as a probe that is removed again. Gives findings; throws only when Kratos cannot be reached at all.
import { randomBytes, randomUUID } from "node:crypto";
import type { Observe } from "../../observe/observation.ts";
import { hookMessages } from "./flow-errors.ts";
import { createKratosClient, type KratosClient, KratosRefusal } from "./kratos-client.ts";
import { createKratosKeys } from "./kratos-keys.ts";
import { createKratosJwtVerifier } from "./verify-kratos-jwt.ts";

export interface ExaminedKratos {
	readonly publicUrl: string;
	readonly adminUrl: string;
	readonly jwksUrl: string;
	readonly issuer: string;
	readonly audience: string;
	/** Where browsers reach apprun. */
	readonly siteUrl: string;
}

/** As src/schema/doctor.ts gives them, but that the remedy is a sentence. */
export interface KratosFinding {
	readonly severity: "error" | "warning";
	readonly code: string;
	readonly object: string;
	readonly message: string;
	readonly fix: string;
}

interface Probe {
	readonly email: string;
	readonly password: string;
	readonly tenantId: string;
}

const mostSkewSeconds = 5;
const seeSecurity = "See docs/security.md, or print the settings with `apprun kratos-config`.";

const finding = (
	severity: KratosFinding["severity"],
	code: string,
	message: string,
	fix = seeSecurity,
): KratosFinding => ({ severity, code, object: "kratos", message, fix });

/** Runs every check. @throws AppError UPSTREAM_UNAVAILABLE */
export async function examineKratos(examined: ExaminedKratos, observe: Observe): Promise<readonly KratosFinding[]> {
	const kratos = createKratosClient(examined, observe);
	const probe: Probe = {
		email: `doctor-${randomUUID()}@apprun.invalid`,
		password: randomBytes(24).toString("base64url"),
		tenantId: randomUUID(),
	};
	try {
		const registration = await examineRegistration(kratos, probe);
		const cookies = await examineCookies(kratos, examined.siteUrl);
		return [...registration, ...cookies, ...(await examineSession(kratos, probe, examined))];
	} finally {
		await removeProbe(kratos, probe);
		kratos.close();
	}
}

/** A person who chooses a tenant must be refused by our hook. */
async function examineRegistration(kratos: KratosClient, probe: Probe): Promise<KratosFinding[]> {
	const { email, password, tenantId } = probe;
	try {
		const flow = await kratos.ask(kratos.frontend.createNativeRegistrationFlow());
		const body = { method: "password", password, traits: { email, tenant_id: tenantId } } as const;
		await kratos.ask(kratos.frontend.updateRegistrationFlow({ flow: flow.id, updateRegistrationFlowBody: body }));
	} catch (error) {
		if (!(error instanceof KratosRefusal))
			return [
				finding("warning", "kratos-registration-hook", "Registering failed before its hook could answer.", hooksFix),
			];
		if (saysTenantChosen(error)) return [];
		return [finding("warning", "kratos-registration-hook", "Registering is refused, but not by apprun's hook.")];
	}
	await removeProbe(kratos, probe);
	const message = "A person can choose their own tenant when registering: the registration hook is missing.";
	return [finding("error", "kratos-registration-hook", message)];
}

const hooksFix = "Start apprun, and check that Kratos reaches APPRUN_HOOKS_HOST and APPRUN_HOOKS_PORT.";

async function examineSession(kratos: KratosClient, probe: Probe, examined: ExaminedKratos): Promise<KratosFinding[]> {
	const { email, password, tenantId } = probe;
	const metadata = { tenant_id: tenantId, roles: ["reader"] };
	const identity = await kratos.ask(
		kratos.admin.createIdentity({
			createIdentityBody: {
				schema_id: "person",
				traits: { email, tenant_id: tenantId },
				metadata_public: metadata,
				credentials: { password: { config: { password } } },
			},
		}),
	);
	const flow = await kratos.ask(kratos.frontend.createNativeLoginFlow());
	const login = await kratos.ask(
		kratos.frontend.updateLoginFlow({
			flow: flow.id,
			updateLoginFlowBody: { method: "password", identifier: email, password },
		}),
	);
	const token = login.session_token ?? "";
	return [
		...(await examineSettings(kratos, { probe, token, subject: identity.id })),
		...(await examineTokens(kratos, token, examined)),
	];
}

/** Neither the tenant nor the metadata may change, whatever a signed-in person sends. */
async function examineSettings(
	kratos: KratosClient,
	{ probe, token, subject }: { readonly probe: Probe; readonly token: string; readonly subject: string },
): Promise<KratosFinding[]> {
	const stolen = randomUUID();
	const findings: KratosFinding[] = [];
	const send = async (body: object) => {
		const flow = await kratos.ask(kratos.frontend.createNativeSettingsFlow({ xSessionToken: token }));
		const updateSettingsFlowBody = body as never;
		await kratos.ask(
			kratos.frontend.updateSettingsFlow({ flow: flow.id, xSessionToken: token, updateSettingsFlowBody }),
		);
	};
	const traits = (tenantId: string) => ({ email: probe.email, tenant_id: tenantId });
	await send({ method: "profile", traits: traits(stolen) }).catch((error: unknown) => {
		if (error instanceof KratosRefusal && saysTenantChosen(error)) return;
		findings.push(
			finding("warning", "kratos-settings-hook", "Settings are refused, but not by apprun's hook.", hooksFix),
		);
	});
	const storesStolen = async (part: "traits" | "metadata_public") => {
		const identity = await kratos.ask(kratos.admin.getIdentity({ id: subject }));
		return JSON.stringify(identity[part] ?? null).includes(stolen);
	};
	const settings = "A signed-in person can change their tenant: the settings hook is missing.";
	if (await storesStolen("traits")) findings.push(finding("error", "kratos-settings-hook", settings));
	const metadata = { tenant_id: stolen, roles: ["owner"] };
	await send({ method: "profile", traits: traits(probe.tenantId), metadata_public: metadata }).catch(() => undefined);
	const writable = "A signed-in person can write metadata_public, and so their tenant.";
	if (await storesStolen("metadata_public")) findings.push(finding("error", "kratos-metadata", writable));
	return findings;
}

async function examineTokens(
	kratos: KratosClient,
	token: string,
	{ jwksUrl, issuer, audience }: ExaminedKratos,
): Promise<KratosFinding[]> {
	const session = await kratos
		.ask(kratos.frontend.toSession({ xSessionToken: token, tokenizeAs: "apprun" }))
		.catch((error: unknown) => error as Error);
	if (session instanceof Error || session.tokenized === undefined)
		return [finding("error", "kratos-tokenizer", "Kratos issues no JWT for tokenizer template `apprun`.")];
	const keys = createKratosKeys(jwksUrl, () => {});
	const verify = createKratosJwtVerifier({ keys, issuer, audience });
	const refusal = await verify(session.tokenized).then(
		() => null,
		(error: Error) => (error.cause instanceof Error ? error.cause.message : error.message),
	);
	const skew = Math.abs(issuedAt(session.tokenized) - Date.now() / 1000);
	const ahead = `Kratos' clock and this machine's differ by ${Math.round(skew)} s.`;
	return [
		...(refusal === null ? [] : [finding("error", "kratos-keys", `Its JWTs cannot be verified: ${refusal}.`, keysFix)]),
		...(skew > mostSkewSeconds
			? [finding("warning", "kratos-clock", ahead, "Let both follow the same time server.")]
			: []),
	];
}

const keysFix = "Check APPRUN_KRATOS_JWKS_URL, APPRUN_KRATOS_ISSUER and APPRUN_KRATOS_AUDIENCE.";

function issuedAt(jwt: string): number {
	const payload = JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString()) as { iat: number };
	return payload.iat;
}

/** Cookies must be for this site, out of reach of scripts, and encrypted on their way where the site is. */
async function examineCookies(kratos: KratosClient, siteUrl: string): Promise<KratosFinding[]> {
	const opened = await kratos.frontend.createBrowserLoginFlow().catch(() => null);
	if (opened === null) return [finding("warning", "kratos-cookies", "No browser flow could be opened.")];
	const header = opened.headers["set-cookie"] as string | string[] | undefined;
	const cookies = [header ?? []].flat();
	const all = (flag: RegExp) => cookies.every((cookie) => flag.test(cookie));
	const findings: KratosFinding[] = [];
	const note = (message: string) => findings.push(finding("error", "kratos-cookies", message));
	if (!all(/;\s*httponly/i)) note("A cookie of Kratos can be read by scripts: HttpOnly is missing.");
	if (!all(/;\s*samesite=(lax|strict)/i))
		note("A cookie of Kratos is sent along from other sites: SameSite is not Lax.");
	if (siteUrl.startsWith("https:") && !all(/;\s*secure/i))
		note("A cookie of Kratos may travel unencrypted: run it without --dev.");
	if (!opened.data.ui.action.startsWith(`${siteUrl}/auth/`))
		note(`Kratos' base_url is not ${siteUrl}/auth/, so its cookies are another site's.`);
	return findings;
}

function saysTenantChosen({ body }: KratosRefusal): boolean {
	return JSON.stringify(body).includes(String(hookMessages.tenantChosen.id));
}

async function removeProbe(kratos: KratosClient, { email }: Probe): Promise<void> {
	const found = await kratos.ask(kratos.admin.listIdentities({ credentialsIdentifier: email })).catch(() => []);
	for (const { id } of found) await kratos.ask(kratos.admin.deleteIdentity({ id })).catch(() => undefined);
}
