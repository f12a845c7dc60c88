// Answers GET /health/live (the process runs) and GET /health/ready (every dependency answers): 200 or 503, as JSON.
import type { ServiceHealth } from "../stack/endpoints.ts";
import { livePath, readyPath } from "./paths.ts";
import type { AskHealth } from "./ports.ts";

/** How long one answer of the dependencies serves everybody who asks, in milliseconds. */
const freshForMs = 250;

export interface HealthAnswer {
	readonly status: 200 | 503;
	readonly body: { readonly status: ServiceHealth["status"]; readonly services?: readonly ServiceHealth[] };
}

/** Answers a health path; null: the path is another one. */
export type AnswerHealth = (path: string) => Promise<HealthAnswer | null>;

/** Builds the answers. However many ask, the dependencies are asked at most four times a second. */
export function createHealth(ask: AskHealth): AnswerHealth {
	const askSparingly = sparingly(ask);
	return async (path) => {
		if (path === livePath) return { status: 200, body: { status: "ok" } };
		if (path !== readyPath) return null;
		const services = await askSparingly();
		const status = worst(services);
		return { status: status === "unavailable" ? 503 : 200, body: { status, services } };
	};
}

function worst(services: readonly ServiceHealth[]): ServiceHealth["status"] {
	const has = (status: ServiceHealth["status"]) => services.some((service) => service.status === status);
	if (has("unavailable")) return "unavailable";
	return has("degraded") ? "degraded" : "ok";
}

function sparingly(ask: AskHealth): () => Promise<readonly ServiceHealth[]> {
	let answer: Promise<readonly ServiceHealth[]> | null = null;
	return () => {
		if (answer !== null) return answer;
		const forget = () => setTimeout(() => (answer = null), freshForMs).unref();
		answer = ask().catch((): ServiceHealth[] => [
			{ name: "apprun", status: "unavailable", reason: "The services could not be asked." },
		]);
		answer.then(forget);
		return answer;
	};
}
