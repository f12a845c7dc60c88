// What was measured beside what is asked of functions: one line each, for a person and for a report.
import { decimals, type Table } from "../render-table.ts";
import { type FloodSample, floodRatio } from "./beside-flood.ts";
import type { KilledHosts } from "./killed-hosts.ts";
import type { HostResults } from "./on-hosts.ts";
import type { EndToEnd } from "./through-graphql.ts";

/** One demand. A value is met when it is at most `most`, or at least `least`. */
export interface Asked {
	readonly what: string;
	readonly unit: "ms" | "calls/s" | "MB" | "×";
	readonly measured: number;
	readonly most?: number;
	readonly least?: number;
	readonly met: boolean;
}

export interface Measured {
	readonly hosts: HostResults;
	readonly killed: KilledHosts;
	readonly flood: readonly FloodSample[];
	readonly endToEnd: EndToEnd;
}

/** Judges the results. */
export function askedOf({ hosts, killed, flood, endToEnd }: Measured): Asked[] {
	const { calls } = hosts;
	const add = calls["hot add, Rust"];
	const atMost = (what: string, measured: number, most: number, unit: Asked["unit"] = "ms"): Asked => ({
		...{ what, unit, measured, most },
		met: measured <= most,
	});
	const rate = calls["add of 8 tenants at once"].perSecond;
	return [
		atMost("cold, through GraphQL, p95", endToEnd.cold.p95, 10),
		atMost("hot add on a host, p50", add.p50, 0.3),
		atMost("hot add on a host, p95", add.p95, 1),
		atMost("JSON of 1 kB on a host, p95", calls["JSON of 1 kB, echo"].p95, 1.5),
		atMost("add through GraphQL at 200/s, p95", endToEnd.atRate.latency.p95, 10),
		{ what: "invocations on the hosts", unit: "calls/s", measured: rate, least: 3000, met: rate >= 3000 },
		atMost("memory of two hosts (PSS)", (hosts.pssBytesOf2 ?? Number.NaN) / 1e6, 90, "MB"),
		atMost("a killed host is replaced, p95", killed.replaced.p95, 100),
		atMost("p95 beside a flood to p95 without, steady calls", floodRatio(flood, 0), 2, "×"),
		atMost("p95 beside a flood to p95 without, calls with rests", floodRatio(flood, 5), 2, "×"),
		atMost("a new version on another server, p95", endToEnd.otherServer.p95, 100),
	];
}

/** For a person. */
export function askedTable(asked: readonly Asked[]): Table {
	return {
		title: "What is asked of functions",
		columns: ["", "measured", "asked", "unit", "met"],
		rows: asked.map(({ what, unit, measured, most, least, met }) => [
			...[what, decimals(measured, measured < 10 ? 2 : 0)],
			...[most === undefined ? `≥ ${least}` : `≤ ${most}`, unit, met ? "yes" : "no"],
		]),
		words: 1,
		notes: [],
	};
}
