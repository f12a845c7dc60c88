// What is logged, how loud, and in which of the two forms.
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { createLogger, type LoggerOptions } from "../../../src/observe/logger.ts";
import type { Observation } from "../../../src/observe/observation.ts";

function log(isTTY: boolean, level: LoggerOptions["level"], ...observations: Observation[]): string {
	let text = "";
	const observe = createLogger({ level, stream: { isTTY, write: (more: string) => (text += more) } });
	for (const observation of observations) observe(observation);
	return text;
}

const json = (level: LoggerOptions["level"], ...observations: Observation[]) =>
	log(false, level, ...observations)
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => JSON.parse(line));

const terminal = (...observations: Observation[]) => log(true, "info", ...observations);
const step = (elapsedMs: number): Observation => ({ kind: "step.progress", step: "building Kratos", elapsedMs });
const ready: Observation = { kind: "service.ready", service: "postgres", pid: 7, elapsedMs: 431 };
const failed: Observation = {
	kind: "request.error",
	requestId: "r1",
	code: "INTERNAL",
	cause: new Error("boom", { cause: Object.assign(new Error("inner"), { code: "ECONNREFUSED", token: "do-not-log" }) }),
};

test("a file gets one JSON object a line", () => {
	const [line] = json("info", ready);
	expect(line).toMatchObject({ level: "info", kind: "service.ready", service: "postgres", pid: 7, elapsedMs: 431 });
	expect(line.msg).toBe("postgres is ready (0.4 s, pid 7)");
});

test("a terminal gets a short line", () => {
	expect(stripVTControlCharacters(terminal(ready))).toMatch(/^\d\d:\d\d:\d\d • postgres is ready \(0\.4 s, pid 7\)\n$/);
});

test("a cause is told with its causes, and without what else hangs on it", () => {
	const [line] = json("info", failed);
	expect(line).toMatchObject({
		level: "error",
		requestId: "r1",
		cause: { message: "boom", cause: { code: "ECONNREFUSED" } },
	});
	const text = log(false, "info", failed) + terminal(failed);
	expect(text).toContain("caused by Error: inner");
	expect(text).not.toContain("do-not-log");
});

test("a cause that is its own cause comes to an end", () => {
	const cause = new Error("round");
	cause.cause = cause;
	expect(json("info", { ...failed, cause })).toHaveLength(1);
});

test("what was thrown need not be an error", () => {
	expect(json("info", { ...failed, cause: null })[0].cause).toEqual({ name: "object", message: "null" });
});

test("on a terminal, progress is one line that is overwritten", () => {
	const text = terminal(step(1000), step(2000), { kind: "step.finished", step: "building Kratos", elapsedMs: 2300 });
	expect(text.split("\n")).toHaveLength(2);
	expect(text).toContain("\r\u001b[K");
	expect(stripVTControlCharacters(text.split("\u001b[K").at(-1) ?? "")).toMatch(/building Kratos: done in 2\.3 s\n$/);
});

test("in a file, progress is told at first and then every ten seconds", () => {
	const steps = Array.from({ length: 35 }, (_, index) => step((index + 1) * 1001));
	expect(json("info", ...steps).map(({ elapsedMs }) => Math.floor(elapsedMs / 1000))).toEqual([1, 10, 20, 30]);
});

test("a step of less than a second is not worth a line", () => {
	const quick: Observation = { kind: "step.finished", step: "initdb", elapsedMs: 300 };
	expect(log(false, "info", quick) + terminal({ kind: "step.finished", step: "initdb", elapsedMs: 300 })).toBe("");
	expect(json("debug", quick)).toHaveLength(1);
});

const finished: Observation = {
	kind: "request.finished",
	requestId: "r1",
	operation: "List",
	operationType: "query",
	status: 200,
	elapsedMs: 12.34,
	errorCodes: [],
};

test("requests are quiet while they go well", () => {
	expect(json("info", finished)).toEqual([]);
	expect(json("info", { ...finished, errorCodes: ["FORBIDDEN"] })[0].msg).toBe("query List 200 FORBIDDEN 12.3 ms");
});

test.each([
	["silent", 0],
	["error", 1],
	["warn", 2],
	["info", 3],
	["debug", 4],
] as const)("level %s", (level, count) => {
	const warned: Observation = { kind: "schema.warning", message: "two tables want one name" };
	expect(json(level, failed, warned, ready, finished)).toHaveLength(count);
});

test("what a service or a client wrote cannot move the cursor or forge a line", () => {
	const operation = "List\n12:00:00 ✓ all is well\u001b[2J\r";
	const text = terminal({ ...finished, operation, errorCodes: ["INTERNAL"] });
	expect(stripVTControlCharacters(text).split("\n")).toHaveLength(2);
	expect(text).not.toContain("\u001b[2J");
	expect(text).not.toContain("\r");
});

test("a crash is told with the last words of the service", () => {
	const text = stripVTControlCharacters(
		terminal({
			kind: "service.exited",
			service: "kratos",
			exitCode: 1,
			signal: null,
			restartInMs: 500,
			output: "no DSN\nbye",
		}),
	);
	expect(text).toMatch(/! kratos exited with code 1; it is started again in 0\.5 s\n {11}no DSN\n {11}bye\n$/);
});
