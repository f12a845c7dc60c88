// Where browsers reach apprun: what links, cookies and Kratos' redirects are made of.
import type { Config } from "../config/load-config.ts";

/** Without a trailing slash. A port of 0 must have been replaced by a real one. */
export function siteUrlOf({ publicUrl, host, port }: Pick<Config, "publicUrl" | "host" | "port">): string {
	if (publicUrl !== null) return publicUrl;
	// An address that means every address of this machine is none that a browser can open.
	const name = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
	return `http://${name}:${port}`;
}
