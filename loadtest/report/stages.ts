// The profile by stage → its part of the benchmark's report: the table, what is to be known about it, and which stages are
// the largest. Nothing for results that were kept without one, or without the CPU time of processes.
import { z } from "zod";
import { byShare, type CaseStages, type StageName, stageNotes, stageRows, stageTexts } from "../bench/cpu-stages.ts";
import type { SuiteResults } from "../run-suites.ts";
import { shown, table } from "./markdown.ts";

const names = Object.keys(stageTexts) as [StageName, ...StageName[]];
const measured = z.object({
	stages: z
		.array(
			z.object({
				case: z.string(),
				cpuMicroseconds: z.number().nullable(),
				samples: z.number(),
				stages: z.partialRecord(z.enum(names), z.number().nullable()),
			}),
		)
		.min(1),
});

/** Stages that the sentence below the table names. */
const named = 3;
/** What is not apprun's own code or a library that is a stage. */
const ofTheSystem: readonly StageName[] = [
	...(["write to PostgREST", "write to the client", "garbage collection", "program"] as const),
	...(["Node: HTTP", "Node: streams", "Node: event loop"] as const),
];

/** Text blocks. @throws ZodError when the results have another shape */
export function stageBlocks(suite: SuiteResults | undefined): string[] {
	if (suite === undefined) return [];
	// Null where the system does not tell the CPU time of a process; then of all cases.
	const known = measured.parse(suite.results).stages.filter(({ cpuMicroseconds }) => cpuMicroseconds !== null);
	if (known.length === 0) return [];
	const cases = known as readonly CaseStages[];
	return [
		"## CPU of the apprun process by stage",
		`Microseconds a request, from \`${suite.command}\`; samples: ${cases.map((each) => `${each.case} ${shown(each.samples, 0)}`).join(", ")}.`,
		table(["stage", "what it does, why it is left", ...cases.map((each) => `${each.case} µs`)], stageRows(cases), 2),
		largest(cases),
		stageNotes.map((note) => `- ${note}.`).join("\n"),
	];
}

/** What is left, in a sentence. */
function largest(cases: readonly CaseStages[]): string {
	const shares = byShare(cases);
	const percent = (share: number) => `${shown(share * 100, 0)} %`;
	const list = shares
		.slice(0, named)
		.map(({ stage, share }) => `**${stage}** (${percent(share)}: ${stageTexts[stage]})`)
		.join("; ");
	const system = shares.filter(({ stage }) => ofTheSystem.includes(stage)).reduce((sum, { share }) => sum + share, 0);
	return `What is left, largest first, by the mean share over the cases: ${list}. Node, V8 and the kernel together take ${percent(system)}, the stages of apprun with their libraries ${percent(1 - system)}.`;
}
