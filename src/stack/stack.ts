// The services behind apprun, as the rest of it sees them: started here (start-stack.ts) or elsewhere (external-stack.ts).
import type { Endpoints, ServiceHealth } from "./endpoints.ts";

/** Pids of the services that this process started and that run now. */
export interface ServicePids {
	readonly postgres: number | null;
	readonly postgrest: number | null;
	readonly kratos: number | null;
	readonly postgraphile: number | null;
}

export interface Stack {
	readonly endpoints: Endpoints;
	/** One entry for each service, each asked within a second. */
	health(): Promise<ServiceHealth[]>;
	pids(): ServicePids;
	/** Ends every service that this process started, and leaves nothing behind. Safe to call twice. */
	stop(): Promise<void>;
}
