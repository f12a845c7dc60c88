// Writes observations: short lines for a person at a terminal, one JSON object a line (pino) for everybody else. An
// observation holds no secret, so there is none to hide here.
import { styleText } from "node:util";
import { pino } from "pino";
import { type Description, describe, type Level } from "./describe.ts";
import type { Observation, Observe } from "./observation.ts";

export interface LoggerOptions {
	readonly level: "silent" | Level;
	/** By default standard error, so that standard output holds only what a command was asked for. */
	readonly stream?: LogStream;
}

/** The part of a stream that is needed. */
export interface LogStream {
	readonly isTTY?: boolean;
	write(text: string): unknown;
}

/** While a step runs, a log file is told at its first second and then this often, in milliseconds. */
const progressEveryMs = 10_000;
const ranks: Readonly<Record<"silent" | Level, number>> = { silent: 0, error: 1, warn: 2, info: 3, debug: 4 };

/** Builds the observer that logs. */
export function createLogger({ level, stream = process.stderr }: LoggerOptions): Observe {
	const write = stream.isTTY === true ? terminalWriter(stream) : jsonWriter(stream, level);
	return (observation) => {
		// Nearly all that a busy server observes, and hardly ever written: its words are not even looked for.
		if (level !== "debug" && observation.kind === "request.finished" && observation.errorCodes.length === 0) return;
		const description = describe(observation);
		if (ranks[description.level] <= ranks[level]) write(observation, description);
	};
}

type Write = (observation: Observation, description: Description) => void;

function jsonWriter(stream: LogStream, level: "silent" | Level): Write {
	const logger = pino({ level, base: null, formatters: { level: (label) => ({ level: label }) } }, stream);
	return (observation, { level, text, fields }) => {
		if (observation.kind === "step.progress" && !isMilestone(observation.elapsedMs)) return;
		logger[level]({ kind: observation.kind, ...fields }, text);
	};
}

/** Steps tell their progress once a second. */
function isMilestone(elapsedMs: number): boolean {
	return elapsedMs < 2000 || elapsedMs % progressEveryMs < 1000;
}

const clearLine = "\r\u001b[K";
const marks: Readonly<Record<Level, string>> = {
	error: styleText("red", "✗"),
	warn: styleText("yellow", "!"),
	info: styleText("green", "•"),
	debug: styleText("dim", "·"),
};

/** A passing line is overwritten by the next line of any kind. */
function terminalWriter(stream: LogStream): Write {
	let passing = false;
	return (_observation, { level, text, details, passing: passes = false }) => {
		const start = passing ? clearLine : "";
		passing = passes;
		if (passes) {
			stream.write(`${start}${styleText("dim", `… ${printable(text)}`)}`);
			return;
		}
		const time = styleText("dim", new Date().toTimeString().slice(0, 8));
		stream.write(`${start}${time} ${marks[level]} ${printable(text)}\n${indented(details)}`);
	};
}

function indented(details: string | undefined): string {
	if (details === undefined || details.trim() === "") return "";
	const lines = details.trimEnd().split("\n");
	return lines.map((line) => `           ${styleText("dim", printable(line))}\n`).join("");
}

/** What others wrote (a service, a client's operation name) cannot move the cursor or add a line. */
function printable(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
	return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}
