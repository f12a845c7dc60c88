// The Kratos that the settings name, or null when they name none. Starts nothing.
import type { Config } from "../config/load-config.ts";
import type { KratosEndpoint } from "./endpoints.ts";

/** @throws TypeError when the settings are half: loadConfig refuses those before */
export function externalKratos(config: Config): KratosEndpoint | null {
	const { kratosPublicUrl, kratosAdminUrl, kratosJwksUrl, hookSecret, hooksHost, hooksPort } = config;
	if (kratosPublicUrl === null || kratosAdminUrl === null) return null;
	if (kratosJwksUrl === null || hookSecret === null) throw new TypeError("A Kratos needs its key set and its secret.");
	return Object.freeze({
		publicUrl: kratosPublicUrl,
		adminUrl: kratosAdminUrl,
		jwksUrl: kratosJwksUrl,
		hooks: { host: hooksHost, port: hooksPort, secret: hookSecret },
		mailbox: false,
		demoPeople: null,
	});
}
