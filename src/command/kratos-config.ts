// `apprun kratos-config`: prints the second configuration file of a Kratos of one's own, with the hooks, the tokenizer
// and the addresses that apprun needs. Holds the hook's secret and the signing keys: write it where Kratos alone reads.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Config, ConfigError } from "../config/load-config.ts";
import { kratosOverrides } from "../stack/kratos-config.ts";
import { packageRoot } from "../stack/package-root.ts";
import { loadSigningKeys } from "../stack/signing-keys.ts";
import { siteUrlOf } from "../stack/site-url.ts";

export interface KratosConfigOptions {
	/** Where Kratos reaches apprun's hooks, such as `http://apprun:4001`. */
	readonly hooksUrl: string;
}

/** The file's text, JSON. The signing keys are made at the first call and kept in the data dir. @throws ConfigError */
export async function makeKratosConfig(config: Config, { hooksUrl }: KratosConfigOptions): Promise<string> {
	const { hookSecret, tokenTtlSeconds, smtpUrl, smtpFrom, dataDir } = config;
	const missing = [
		...(hookSecret === null ? ["APPRUN_HOOK_SECRET: Kratos sends it with every call of a hook"] : []),
		...(smtpUrl === null
			? ["APPRUN_SMTP_URL: a Kratos of your own needs a mail server for recovery and verification"]
			: []),
	];
	if (hookSecret === null || smtpUrl === null) throw new ConfigError(missing);
	mkdirSync(dataDir, { recursive: true, mode: 0o711 });
	const { text: signingKeys } = await loadSigningKeys(dataDir);
	const siteUrl = siteUrlOf(config);
	const overrides = kratosOverrides(join(packageRoot, "deploy", "kratos"), {
		...{ siteUrl, hookSecret, signingKeys, tokenTtlSeconds, smtpUrl, smtpFrom },
		hooksUrl: `${hooksUrl.replace(/\/$/, "")}/hooks`,
	});
	return JSON.stringify({ ...overrides, serve: { public: { base_url: `${siteUrl}/auth/` } } }, null, "\t");
}
