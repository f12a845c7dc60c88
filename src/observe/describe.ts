// Observation → what to say about it: level, one short line for a person, fields for a machine. Pure and exhaustive: a
// new kind of observation does not compile until it has words.
import type { Observation } from "./observation.ts";

export type Level = "error" | "warn" | "info" | "debug";

export interface Description {
	readonly level: Level;
	/** One line without a period; `details` may follow it on lines of their own. */
	readonly text: string;
	readonly details?: string;
	/** Only says that something still runs: worth one line that is overwritten, not a line each. */
	readonly passing?: boolean;
	/** For a machine, besides `kind` and `text`. */
	readonly fields: Readonly<Record<string, unknown>>;
}

/** A step shorter than this is not worth a line, in milliseconds. */
const noticeableMs = 1000;
const failedCodes: ReadonlySet<string> = new Set(["UPSTREAM_UNAVAILABLE", "TIMEOUT"]);

/** Finds the words for an observation. */
export function describe(observation: Observation): Description {
	const { kind: _kind, ...fields } = observation;
	switch (observation.kind) {
		case "service.starting":
		case "service.ready":
		case "service.exited":
		case "service.output":
		case "service.stopped":
			return { ...describeService(observation), fields };
		case "step.started":
			return { level: "debug", text: observation.step, passing: true, fields };
		case "step.progress":
			return { level: "info", text: `${observation.step} ${seconds(observation.elapsedMs)}`, passing: true, fields };
		case "step.finished": {
			const level = observation.elapsedMs < noticeableMs ? "debug" : "info";
			return { level, text: `${observation.step}: done in ${seconds(observation.elapsedMs)}`, fields };
		}
		case "binary.resolved": {
			const level = observation.origin === "npm" ? "debug" : "info";
			return { level, text: `${observation.binary} from ${observation.origin}: ${observation.path}`, fields };
		}
		case "stack.note":
			return { level: "info", text: observation.message, fields };
		case "schema.built": {
			const { tables, elapsedMs } = observation;
			const level = "info";
			return { level, text: `schema of ${tables} tables and views built in ${seconds(elapsedMs)}`, fields };
		}
		case "schema.warning":
			return { level: "warn", text: observation.message, fields };
		case "schema.kept": {
			const text =
				"the database has changed to what cannot be served whole; the schema before it stays in force, or what is sound of the new one";
			return withCause("error", text, {}, observation.cause);
		}
		case "functions.hostReady": {
			const { pid, elapsedMs } = observation;
			return { level: "debug", text: `function host ${pid} is ready (${seconds(elapsedMs)})`, fields };
		}
		case "functions.hostEnded":
			return { level: "debug", text: `function host ${observation.pid} ended and is replaced`, fields };
		case "functions.hostFailed": {
			const { restartInMs, cause } = observation;
			const text = `a function host does not start; the next attempt is in ${seconds(restartInMs)}`;
			return { level: "warn", text, details: String(cause), fields };
		}
		case "functions.note":
			return { level: "warn", text: observation.message, fields };
		case "request.finished":
		case "request.error":
		case "identity.refused":
		case "upstream.failed":
			return describeRequest(observation);
		case "policy.loaded":
		case "policy.load.failed":
		case "policy.listener.lost":
		case "authorization.decided":
			return describePolicy(observation);
	}
}

type Service = Extract<Observation, { kind: `service.${string}` }>;
type Policy = Extract<Observation, { kind: `policy.${string}` | "authorization.decided" }>;
type Request = Extract<Observation, { kind: `request.${string}` | "identity.refused" | "upstream.failed" }>;

function describeService(observation: Service): Omit<Description, "fields"> {
	const { service } = observation;
	switch (observation.kind) {
		case "service.starting":
			return { level: "debug", text: `${service} is starting${suffix(observation.detail)}` };
		case "service.ready": {
			const pid = observation.pid === undefined ? "" : `, pid ${observation.pid}`;
			return { level: "info", text: `${service} is ready (${seconds(observation.elapsedMs)}${pid})` };
		}
		case "service.exited": {
			const { exitCode, signal, restartInMs, output } = observation;
			const how = signal === null ? `exited with code ${exitCode}` : `was ended by ${signal}`;
			const text = `${service} ${how}; it is started again in ${seconds(restartInMs)}`;
			return { level: "warn", text, details: output };
		}
		case "service.output":
			return { level: "debug", text: `${service}: ${observation.line}` };
		case "service.stopped":
			return { level: "info", text: `${service} has stopped` };
	}
}

function describeRequest(observation: Request): Description {
	switch (observation.kind) {
		case "request.finished": {
			const { kind: _kind, ...fields } = observation;
			const { operation, operationType, status, elapsedMs, errorCodes } = observation;
			const what = [operationType ?? "request", operation].filter((part) => part !== null).join(" ");
			const text = `${what} ${[status, ...errorCodes].join(" ")} ${elapsedMs.toFixed(1)} ms`;
			return { level: errorCodes.length === 0 ? "debug" : "info", text, fields };
		}
		case "request.error": {
			const { requestId, code } = observation;
			const level = code === "INTERNAL" ? "error" : failedCodes.has(code) ? "warn" : "debug";
			return withCause(level, `${code} in request ${requestId}`, { requestId, code }, observation.cause);
		}
		case "identity.refused":
			return {
				level: "info",
				text: `a credential was refused: ${observation.reason}`,
				fields: { reason: observation.reason },
			};
		case "upstream.failed": {
			const { service } = observation;
			return withCause("warn", `${service} could not be reached`, { service }, observation.cause);
		}
	}
}

function describePolicy(observation: Policy): Description {
	switch (observation.kind) {
		case "policy.loaded": {
			const { kind: _kind, ...fields } = observation;
			return { level: "debug", text: `policies loaded at version ${observation.version}`, fields };
		}
		case "policy.load.failed": {
			const { staleMs, cause } = observation;
			const text = `policies could not be loaded; those of ${seconds(staleMs)} ago stay in force`;
			return withCause("error", text, { staleMs }, cause);
		}
		case "policy.listener.lost": {
			const { retryInMs, cause } = observation;
			const text = `changes of policies are not heard; listening again in ${seconds(retryInMs)}`;
			return withCause("warn", text, { retryInMs }, cause);
		}
		case "authorization.decided": {
			const { kind: _kind, ...fields } = observation;
			const { allowed, subject, roles, action, object, tenant, rule } = observation;
			const who = roles.includes(subject) ? subject : `${subject} (${roles.join(" + ")})`;
			const text = `${who} ${allowed ? "may" : "may not"} ${action} ${object} in ${tenant}: ${rule ?? "no rule"}`;
			return { level: allowed ? "debug" : "info", text, fields };
		}
	}
}

function withCause(level: Level, text: string, fields: Record<string, unknown>, cause: unknown): Description {
	const told = describeCause(cause);
	return { level, text, details: story(told), fields: { ...fields, cause: told } };
}

function story({ name, message, stack, cause }: Cause): string {
	const own = stack ?? `${name}: ${message}`;
	return cause === undefined ? own : `${own}\ncaused by ${story(cause)}`;
}

interface Cause {
	readonly name: string;
	readonly message: string;
	readonly code?: string;
	readonly stack?: string;
	readonly cause?: Cause;
}

/** How many causes of causes are told. */
const deepest = 4;

/** Named properties only: an error of a library may carry a whole request, and with it a token. */
function describeCause(thrown: unknown, depth = 0): Cause {
	if (!(thrown instanceof Error)) return { name: typeof thrown, message: String(thrown) };
	const code: unknown = "code" in thrown ? thrown.code : undefined;
	return {
		name: thrown.name,
		message: thrown.message,
		...(typeof code === "string" && { code }),
		...(thrown.stack !== undefined && { stack: thrown.stack }),
		...(thrown.cause !== undefined && depth < deepest && { cause: describeCause(thrown.cause, depth + 1) }),
	};
}

function seconds(ms: number): string {
	return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

function suffix(detail: string | undefined): string {
	return detail === undefined ? "" : ` (${detail})`;
}
