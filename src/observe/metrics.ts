// Counts observations, for GET /metrics. Labels have few values, all of them apprun's own words: no tenant, person, table,
// function or name of an operation is among them, so neither the number of series nor what they tell grows with use.
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import type { Observe } from "./observation.ts";

/** Gives everything counted so far, in the text format of Prometheus. */
export type ReadMetrics = () => Promise<{ readonly contentType: string; readonly text: string }>;

export interface Metrics {
	readonly observe: Observe;
	readonly read: ReadMetrics;
}

/** Upper ends in seconds: from an answer of the lane to beyond the default of APPRUN_REQUEST_TIMEOUT_MS. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

/**
 * Begins to count.
 * @param options `ofProcess`: also memory, CPU, garbage collection and the delay of the event loop, whose timers and hooks
 * stay until the process ends
 */
export function createMetrics({ ofProcess }: { readonly ofProcess: boolean }): Metrics {
	const registry = new Registry();
	if (ofProcess) collectDefaultMetrics({ register: registry });
	return Object.freeze({
		observe: count(createSeries(registry)),
		read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
	});
}

type Series = ReturnType<typeof createSeries>;

function createSeries(registry: Registry) {
	const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
		new Counter({ name, help, labelNames, registers: [registry] });
	return {
		requests: new Histogram({
			name: "apprun_request_duration_seconds",
			help: "GraphQL requests by kind of operation (none: it never became one) and HTTP status.",
			labelNames: ["operation", "status"],
			buckets: durationBuckets,
			registers: [registry],
		}),
		errors: counter("apprun_request_errors_total", "GraphQL requests that had an error of this code.", "code"),
		upstream: counter("apprun_upstream_failures_total", "Services that could not be reached.", "service"),
		refused: counter("apprun_credentials_refused_total", "Credentials that were refused."),
		denied: counter("apprun_decisions_denied_total", "Denials by the policies."),
		schemas: counter("apprun_schema_builds_total", "built: put in force; kept: could not be served whole.", "result"),
		policies: counter("apprun_policy_loads_total", "Loads of the policies: loaded, or failed.", "result"),
		hosts: counter("apprun_function_hosts_total", "Processes for functions: ready, ended or failed to start.", "event"),
	};
}

/** Exhaustive: a new kind of observation does not compile until it is counted or passed over. */
function count(series: Series): Observe {
	return (observation) => {
		switch (observation.kind) {
			case "request.finished": {
				const { operationType, status, elapsedMs, errorCodes } = observation;
				series.requests.observe({ operation: operationType ?? "none", status }, elapsedMs / 1000);
				for (const code of errorCodes) series.errors.inc({ code });
				return;
			}
			case "upstream.failed":
				return series.upstream.inc({ service: observation.service });
			case "identity.refused":
				return series.refused.inc();
			case "authorization.decided":
				// Allowances are told as a sample, or not at all: only denials can be counted.
				return observation.allowed ? undefined : series.denied.inc();
			case "schema.built":
				return series.schemas.inc({ result: "built" });
			case "schema.kept":
				return series.schemas.inc({ result: "kept" });
			case "policy.loaded":
				return series.policies.inc({ result: "loaded" });
			case "policy.load.failed":
				return series.policies.inc({ result: "failed" });
			case "functions.hostReady":
				return series.hosts.inc({ event: "ready" });
			case "functions.hostEnded":
				return series.hosts.inc({ event: "ended" });
			case "functions.hostFailed":
				return series.hosts.inc({ event: "failed" });
			// Words for a person, errors that request.finished has by their codes, and the stack around the server.
			case "request.error":
			case "schema.warning":
			case "functions.note":
			case "policy.listener.lost":
			case "stack.note":
			case "binary.resolved":
			case "step.started":
			case "step.progress":
			case "step.finished":
			case "service.starting":
			case "service.ready":
			case "service.exited":
			case "service.output":
			case "service.stopped":
				return;
			default:
				return observation satisfies never;
		}
	};
}
