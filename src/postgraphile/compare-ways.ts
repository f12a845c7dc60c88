// Asks every question on every way and gives time, bytes and statements of each. Refuses when two ways give other rows:
// nothing is worth comparing then.
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Question } from "./questions.ts";
import { rowsOf } from "./rows-of.ts";
import type { OpenWay, WayName } from "./ways.ts";

export interface Compared {
	readonly question: string;
	readonly way: WayName;
	readonly rows: number;
	/** Of the answer's body. */
	readonly bytes: number;
	/** Median, in milliseconds, one request at a time on one connection. */
	readonly milliseconds: number;
	/** Statements that Postgres ran for one request, without BEGIN and COMMIT; null: not counted. */
	readonly statements: number | null;
}

/** Counts statements of callers in Postgres. */
export interface StatementCounter {
	reset(): Promise<void>;
	count(): Promise<number>;
}

/** Requests before the measured ones: connections are made, plans cached. */
const warmUp = 5;

/**
 * Compares.
 * @param runs measured requests of each question and way
 * @throws Error showing both answers, when two ways give other rows
 */
export async function compareWays(
	ways: readonly OpenWay[],
	asked: readonly Question[],
	{ runs, counter }: { readonly runs: number; readonly counter: StatementCounter | null },
): Promise<Compared[]> {
	const results: Compared[] = [];
	for (const question of asked) {
		await refuseDifference(ways, question);
		for (const way of ways) results.push(await measure(way, question, runs, counter));
	}
	return results;
}

/** Asks each way once with the same values. @throws Error showing two answers that differ */
export async function refuseDifference(ways: readonly OpenWay[], question: Question): Promise<void> {
	const [first, ...others] = ways;
	if (first === undefined) return;
	const unique = randomUUID();
	const expected = rowsOf(await first.ask(question, unique));
	if (expected.length === 0) throw new Error(`${question.name} has no rows: there is nothing to compare.`);
	for (const way of others) {
		const rows = rowsOf(await way.ask(question, unique));
		if (isDeepStrictEqual(rows, expected)) continue;
		const [one, other] = [expected, rows].map((value) => JSON.stringify(value).slice(0, 1000));
		throw new Error(
			`${question.name}: ${first.name} and ${way.name} give other rows.\n${first.name}: ${one}\n${way.name}: ${other}`,
		);
	}
}

async function measure(
	way: OpenWay,
	question: Question,
	runs: number,
	counter: StatementCounter | null,
): Promise<Compared> {
	for (let run = 0; run < warmUp; run += 1) await way.ask(question, randomUUID());
	const times: number[] = [];
	const counts: number[] = [];
	let body = "";
	for (let run = 0; run < runs; run += 1) {
		await counter?.reset();
		const startedAt = performance.now();
		body = await way.ask(question, randomUUID());
		times.push(performance.now() - startedAt);
		if (counter !== null) counts.push(await counter.count());
	}
	return {
		question: question.name,
		way: way.name,
		rows: rowsOf(body).length,
		bytes: Buffer.byteLength(body),
		milliseconds: middle(times),
		// The middle one, because PostgREST and PostGraphile may have business of their own at any moment.
		statements: counter === null ? null : middle(counts),
	};
}

function middle(values: readonly number[]): number {
	return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
