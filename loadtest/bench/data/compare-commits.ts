// `npm run bench -- --against <ref>`: what a request costs apprun in this checkout and in another commit, in turns on the
// same machine. CPU time of apprun's own process is compared, which other work on the machine changes least; more than
// 5 % more of it in any case fails the command.
import { checkOut } from "../checkout.ts";
import { measure } from "../measure.ts";
import { decimals, median, type Table } from "../render-table.ts";
import type { Bench, SuiteReport } from "../suite.ts";
import { apprunGroup, type DataCase } from "./cases.ts";
import { onStage, root, type Stage } from "./stage.ts";
import { expectation, measureUnloaded, type UnloadedSample, versionsOf } from "./unloaded.ts";

/** Most that a request may cost here, as a multiple of what it costs there. */
const mostRatio = 1.05;
const firstWarmUpSeconds = 3;
const warmUpSeconds = 1;

/** One round of a case: microseconds of CPU time a request. */
interface Round {
	readonly case: string;
	readonly round: number;
	readonly here: number;
	readonly there: number;
}

/** Compares this checkout with a ref. */
export async function compareCommits(bench: Bench, ref: string): Promise<SuiteReport> {
	const other = await checkOut(root, ref, bench.signal);
	try {
		return await onStage(bench, { checkout: other.folder, besidePostgrest: false }, (there) =>
			onStage(bench, { besidePostgrest: false }, async (here) => {
				const unloaded = {
					here: await measureUnloaded(here, bench.signal),
					there: await measureUnloaded(there, bench.signal),
				};
				const rounds = await measureInTurns(bench, { here, there }, unloaded);
				return report(rounds, other.commit, versionsOf(here, unloaded.here));
			}),
		);
	} finally {
		await other.remove();
	}
}

interface Sides<Value> {
	readonly here: Value;
	readonly there: Value;
}

async function measureInTurns(
	bench: Bench,
	stages: Sides<Stage>,
	unloaded: Sides<readonly UnloadedSample[]>,
): Promise<readonly Round[]> {
	const { options, note } = bench;
	const rounds: Round[] = [];
	for (let round = 1; round <= options.rounds; round += 1) {
		for (const [index, { name }] of stages.here.cases.entries()) {
			note(`round ${round} of ${options.rounds}: ${name}`);
			const cpu = { here: Number.NaN, there: Number.NaN };
			for (const side of round % 2 === 1 ? (["here", "there"] as const) : (["there", "here"] as const)) {
				const each = stages[side].cases[index] as DataCase;
				const warmUp = round === 1 ? firstWarmUpSeconds : warmUpSeconds;
				cpu[side] = await cpuMicroseconds({ bench, stage: stages[side], each, unloaded: unloaded[side], warmUp });
			}
			rounds.push({ case: name, round, ...cpu });
		}
	}
	return rounds;
}

async function cpuMicroseconds(of: {
	readonly bench: Bench;
	readonly stage: Stage;
	readonly each: DataCase;
	readonly unloaded: readonly UnloadedSample[];
	/** Seconds. */
	readonly warmUp: number;
}): Promise<number> {
	const { bench, stage, each, unloaded, warmUp } = of;
	const { connections, seconds } = bench.options;
	const input = {
		request: await stage.apprun.request(each),
		accepts: expectation(each, stage.apprun, unloaded),
		groups: stage.groups,
		signal: bench.signal,
	};
	await measure({ ...input, load: { connections, rate: null, seconds: warmUp } });
	const { cpuSecondsPer1000, errors } = await measure({ ...input, load: { connections, rate: null, seconds } });
	if (each.writes) await stage.cleanUp();
	if (errors > 0) throw new Error(`${errors} requests of ${each.name} failed: what they cost says nothing.`);
	return (cpuSecondsPer1000[apprunGroup] ?? Number.NaN) * 1000;
}

function report(rounds: readonly Round[], commit: string, versions: Readonly<Record<string, string>>): SuiteReport {
	const cases = [...Map.groupBy(rounds, ({ case: name }) => name)].map(([name, of]) => ({
		case: name,
		here: median(of.map(({ here }) => here)),
		there: median(of.map(({ there }) => there)),
		ratio: median(of.map(({ here, there }) => here / there)),
	}));
	const table: Table = {
		title: `CPU of apprun's process a request, against ${commit}, median of ${rounds.length / cases.length} rounds`,
		columns: ["case", "here µs", `${commit} µs`, "ratio"],
		rows: cases.map(({ case: name, here, there, ratio }) => [
			name,
			decimals(here, 0),
			decimals(there, 0),
			decimals(ratio, 3),
		]),
		words: 1,
		notes: ["ratio: median of each round's own, whose two measurements follow each other"],
	};
	const slower = cases.filter(({ ratio }) => !(ratio <= mostRatio));
	const said = slower.map(({ case: name, ratio }) => `${name} ${decimals((ratio - 1) * 100, 1)} %`).join(", ");
	return {
		versions,
		tables: [table],
		results: { against: commit, mostRatio, cases, rounds },
		failure: slower.length === 0 ? null : `Slower than ${commit} by more than 5 % of CPU a request: ${said}.`,
	};
}
