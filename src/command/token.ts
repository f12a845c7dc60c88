// `apprun token`: prints a development JWT for a tenant and a role. Refuses in production, and where there is no local
// signing key, because such a token lets its bearer be anybody.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/load-config.ts";
import { mintDevelopmentToken } from "../identity/development-jwt.ts";
import { listTenants } from "../identity/list-tenants.ts";
import { loadSecrets } from "../stack/secrets.ts";
import { StackError } from "../stack/stack-error.ts";
import { findDatabase } from "./find-database.ts";

export interface TokenOptions {
	/** UUID or slug. */
	readonly tenant: string;
	readonly role: string;
	/** `sub`: the person's id. */
	readonly user: string;
	/** Such as 90s, 30m, 1h, 7d. */
	readonly ttl: string;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * The token.
 * @throws StackError when it may not be made, or the tenant or the time cannot be understood
 */
export async function makeToken(config: Config, options: TokenOptions): Promise<string> {
	if (config.production)
		throw new StackError(
			"Development tokens are not made when NODE_ENV is production.",
			"Sign in, and use the token that Kratos gives.",
		);
	if (!existsSync(join(config.dataDir, "secrets.json")))
		throw new StackError(
			`There is no signing key in ${config.dataDir}: development tokens are for a local stack only.`,
			"Start one with `npm start`, or name its folder with APPRUN_DATA_DIR.",
		);
	const { developmentSecret } = loadSecrets(config.dataDir);
	const ttlSeconds = parseTtl(options.ttl);
	const tenantId = uuid.test(options.tenant) ? options.tenant : await findTenant(config, options.tenant);
	return mintDevelopmentToken(
		developmentSecret,
		{ subject: options.user, tenantId, roles: [options.role] },
		ttlSeconds,
	);
}

function parseTtl(text: string): number {
	const [, count, unit] = /^([1-9]\d{0,6})([smhd])$/.exec(text) ?? [];
	const seconds = Number(count) * (secondsOf[unit ?? ""] ?? Number.NaN);
	if (Number.isNaN(seconds))
		throw new StackError(`${text} is not a time to live.`, "Write a number and s, m, h or d, such as 30m or 1h.");
	return seconds;
}

async function findTenant(config: Config, slug: string): Promise<string> {
	const tenants = await listTenants(findDatabase(config));
	const found = tenants.find((tenant) => tenant.slug === slug);
	if (found !== undefined) return found.id;
	const known = tenants.slice(0, 10).map((tenant) => tenant.slug);
	throw new StackError(
		`There is no tenant ${slug}.`,
		known.length === 0 ? "There are none yet." : `Known ones: ${known.join(", ")}.`,
	);
}
