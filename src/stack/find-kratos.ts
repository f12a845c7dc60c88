// Takes the settings, gives the Kratos that `apprun doctor` examines: the operator's own, or that of the apprun that runs
// on the data dir; null when there is none.
import type { Config } from "../config/load-config.ts";
import { readRunFile } from "./run-file.ts";
import { signingKeysUrl } from "./signing-keys.ts";
import { siteUrlOf } from "./site-url.ts";

export interface FoundKratos {
	readonly publicUrl: string;
	readonly adminUrl: string;
	readonly jwksUrl: string;
	/** Where browsers reach apprun. */
	readonly siteUrl: string;
}

/** Reads settings and run.json; asks nobody. */
export function findKratos(config: Config): FoundKratos | null {
	const { kratosPublicUrl: publicUrl, kratosAdminUrl: adminUrl, kratosJwksUrl: jwksUrl } = config;
	if (publicUrl !== null && adminUrl !== null && jwksUrl !== null)
		return { publicUrl, adminUrl, jwksUrl, siteUrl: siteUrlOf(config) };
	const run = readRunFile(config.dataDir);
	if (run === null || run.kratos === null) return null;
	const siteUrl = config.publicUrl ?? new URL(run.graphql).origin;
	return { publicUrl: run.kratos.public, adminUrl: run.kratos.admin, jwksUrl: signingKeysUrl(config.dataDir), siteUrl };
}
