// The data suite: list, nested, by id and create on the demo, through apprun and through PostgREST in turns, so that
// what disturbs the machine disturbs both.
import { measure } from "../measure.ts";
import type { Bench, Suite, SuiteReport } from "../suite.ts";
import type { DataCase } from "./cases.ts";
import { compareCommits } from "./compare-commits.ts";
import { profileData } from "./profile-data.ts";
import { loadTable, rateTable, type Sample, unloadedTable } from "./report.ts";
import { onStage, type Stage } from "./stage.ts";
import type { Target } from "./targets.ts";
import { expectation, measureUnloaded, type UnloadedSample, versionsOf } from "./unloaded.ts";

const firstWarmUpSeconds = 2;
const warmUpSeconds = 1;
const fixedRate = { perSecond: 500, seconds: 10, caseNames: ["list", "nested"] };

/** `npm run bench`, or `npm run bench -- data`. */
export const dataSuite: Suite = {
	summary: "reads and a write of the demo through apprun, against PostgREST alone",
	run(bench) {
		const { profile, against } = bench.options;
		if (against !== null) return compareCommits(bench, against);
		return profile ? profileData(bench) : onStage(bench, { besidePostgrest: true }, (stage) => compare(stage, bench));
	},
};

async function compare(stage: Stage, bench: Bench): Promise<SuiteReport> {
	bench.note("unloaded requests, and whether both ways give the same rows");
	const unloaded = await measureUnloaded(stage, bench.signal);
	const samples = await measureInTurns(stage, bench, unloaded);
	const fixed = await measureFixedRate(stage, bench, unloaded);
	return {
		versions: versionsOf(stage, unloaded),
		tables: [
			loadTable(samples, bench.options),
			...(fixed.length === 0 ? [] : [rateTable(fixed, fixedRate.perSecond)]),
			unloadedTable(unloaded),
		],
		results: { samples, fixedRate: fixed, unloaded: unloaded.map(({ body: _body, ...times }) => times) },
	};
}

async function measureInTurns(
	stage: Stage,
	bench: Bench,
	unloaded: readonly UnloadedSample[],
): Promise<readonly Sample[]> {
	const { options, note } = bench;
	const samples: Sample[] = [];
	for (let round = 1; round <= options.rounds; round += 1) {
		for (const each of stage.cases) {
			// Who goes first changes, so that neither always meets the machine as the other left it.
			for (const target of round % 2 === 1 ? stage.targets : stage.targets.toReversed()) {
				note(`round ${round} of ${options.rounds}: ${each.name}, ${target.name}`);
				const input = await prepare({ stage, bench, unloaded, each, target });
				const load = { connections: options.connections, rate: null };
				await measure({ ...input, load: { ...load, seconds: round === 1 ? firstWarmUpSeconds : warmUpSeconds } });
				const measured = await measure({ ...input, load: { ...load, seconds: options.seconds } });
				samples.push({ case: each.name, target: target.name, round, ...measured });
				if (each.writes) await stage.cleanUp();
			}
		}
	}
	return samples;
}

async function measureFixedRate(
	stage: Stage,
	bench: Bench,
	unloaded: readonly UnloadedSample[],
): Promise<readonly Sample[]> {
	const samples: Sample[] = [];
	for (const each of stage.cases.filter(({ name }) => fixedRate.caseNames.includes(name))) {
		for (const target of stage.targets) {
			bench.note(`${fixedRate.perSecond} requests/s of ${each.name}: ${target.name}`);
			const input = await prepare({ stage, bench, unloaded, each, target });
			const { perSecond: rate, seconds } = fixedRate;
			const measured = await measure({ ...input, load: { connections: bench.options.connections, rate, seconds } });
			samples.push({ case: each.name, target: target.name, round: 1, ...measured });
		}
	}
	return samples;
}

async function prepare(what: {
	readonly stage: Stage;
	readonly bench: Bench;
	readonly unloaded: readonly UnloadedSample[];
	readonly each: DataCase;
	readonly target: Target;
}) {
	const { stage, bench, unloaded, each, target } = what;
	return {
		request: await target.request(each),
		accepts: expectation(each, target, unloaded),
		groups: stage.groups,
		signal: bench.signal,
	};
}
