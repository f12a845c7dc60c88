// Starts a service on free loopback ports, with other ones when somebody else was faster.
import { freePorts } from "./free-ports.ts";
import { Service, type ServiceHooks, type ServiceSpec } from "./service.ts";

const attempts = 3;

/** A started service and the ports that it was given. */
export interface StartedService {
	readonly service: Service;
	readonly ports: readonly number[];
}

/**
 * Starts what `specFor` makes of `count` free ports.
 * @throws StackError when it does not start, for another reason than a taken port or on the last attempt
 */
export async function startOnFreePorts(
	count: number,
	specFor: (...ports: number[]) => ServiceSpec,
	hooks: ServiceHooks,
	signal: AbortSignal,
): Promise<StartedService> {
	for (let attempt = 1; ; attempt += 1) {
		const ports = await freePorts(count);
		const service = new Service(specFor(...ports), hooks);
		try {
			await service.start(signal);
			return { service, ports };
		} catch (error) {
			if (attempt === attempts || !/address already in use/i.test((error as Error).message)) throw error;
		}
	}
}
