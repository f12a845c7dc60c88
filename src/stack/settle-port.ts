// Replaces port 0 by a free one before anything starts, because Kratos must be told where browsers will reach it.
import type { Config } from "../config/load-config.ts";
import { freePorts } from "./free-ports.ts";

/** The same settings with a real port. Somebody may take it before it is listened on: then listening says so. */
export async function settlePort(config: Config): Promise<Config> {
	if (config.port !== 0) return config;
	const [port = 0] = await freePorts(1);
	return Object.freeze({ ...config, port });
}
