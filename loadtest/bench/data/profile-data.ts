// `npm run bench -- --profile`: loads apprun with each case under V8's sampling profiler and tells where its CPU time
// went. Its rates are those of a profiled process: for finding what is slow, not for comparing.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { breakDown, readProfile } from "../cpu-profile.ts";
import { shareOut, stageTable } from "../cpu-stages.ts";
import { measure } from "../measure.ts";
import { breakdownTables } from "../profile-tables.ts";
import type { Bench, SuiteReport } from "../suite.ts";
import { apprunGroup } from "./cases.ts";
import type { Sample } from "./report.ts";
import { onStage, root, type Stage } from "./stage.ts";
import { expectation, measureUnloaded, versionsOf } from "./unloaded.ts";

const warmUpSeconds = 3;

/** Profiles every case once. */
export async function profileData(bench: Bench): Promise<SuiteReport> {
	const folder = mkdtempSync(join(tmpdir(), "apprun-profile-"));
	try {
		const { versions, samples } = await onStage(bench, { profileDir: folder, besidePostgrest: true }, (stage) =>
			measureOnce(stage, bench),
		);
		// Written when apprun ended, which is why it is read only now.
		const profile = readProfile(folder);
		const profiles = samples.map((sample) => ({ sample, ...breakDown(profile, sample.interval, root) }));
		const stages = samples.map(({ case: name, interval, cpuSecondsPer1000 }) => {
			const cpuMicroseconds = (cpuSecondsPer1000[apprunGroup] ?? Number.NaN) * 1000;
			return shareOut({ case: name, profile, interval, cpuMicroseconds, root });
		});
		const tables = profiles.flatMap(({ sample, ...breakdown }) =>
			breakdownTables(breakdown, { name: sample.case, group: apprunGroup, measured: sample }),
		);
		return { versions, tables: [...tables, stageTable(stages)], results: { stages, profiles } };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function measureOnce(stage: Stage, { options, signal, note }: Bench) {
	const unloaded = await measureUnloaded(stage, signal);
	const { apprun } = stage;
	const samples: Sample[] = [];
	for (const each of stage.cases) {
		note(`profiling ${each.name}`);
		const load = { connections: options.connections, rate: null };
		const input = { accepts: expectation(each, apprun, unloaded), groups: stage.groups, signal };
		const request = await apprun.request(each);
		await measure({ ...input, request, load: { ...load, seconds: warmUpSeconds } });
		const measured = await measure({ ...input, request, load: { ...load, seconds: options.seconds } });
		samples.push({ case: each.name, target: apprun.name, round: 1, ...measured });
		if (each.writes) await stage.cleanUp();
	}
	return { versions: versionsOf(stage, unloaded), samples };
}
