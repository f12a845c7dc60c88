// `npm run loadtest`: starts what it measures, loads it with k6, runs the suites of `npm run bench`, and writes the reports
// in poc-results/ from what it measured. Exit code 1 when something cannot be measured, or when an answer has wrong rows;
// 130 on Ctrl-C. Then nothing is written. A slow result is a result.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { explainFailure } from "../src/command/explain-failure.ts";
import { Interrupted, listenForShutdown } from "../src/command/shutdown-signals.ts";
import { loadConfig } from "../src/config/load-config.ts";
import { createLogger } from "../src/observe/logger.ts";
import { type WayName, wayNames } from "../src/postgraphile/ways.ts";
import { packageRoot } from "../src/stack/package-root.ts";
import { k6Binary } from "../src/stack/pinned-binaries.ts";
import { resolveBinary } from "../src/stack/resolve-binary.ts";
import { describeMachine } from "./bench/machine.ts";
import { measureComparedLoad } from "./compared-load.ts";
import { effortOf } from "./effort.ts";
import { chooseScenarios, measureOwnLoad } from "./own-load.ts";
import { renderReports } from "./report/render-reports.ts";
import { formatResults, type Results, readResults } from "./results.ts";
import { runSuites } from "./run-suites.ts";
import type { Runner } from "./runner.ts";
import { versionsOf } from "./versions.ts";
import { writeFiles } from "./write-files.ts";

interface Options {
	readonly quick: boolean;
	readonly soak: number | null;
	readonly targets: readonly WayName[];
	readonly scenarios: readonly string[];
	readonly port: string;
	readonly out: string;
	readonly from?: string;
}

function minutes(text: string): number {
	const value = Number(text);
	if (!(value > 0 && value <= 24 * 60)) throw new InvalidArgumentError("It must be a number of minutes.");
	return value;
}

function waysOf(text: string): WayName[] {
	return text.split(",").map((name) => {
		const way = wayNames.find((known) => known === name);
		if (way === undefined) throw new InvalidArgumentError(`The targets are ${wayNames.join(", ")}.`);
		return way;
	});
}

const command = new Command("loadtest")
	.description("Loads apprun, PostGraphile and PostgREST, and writes the reports in poc-results/.")
	.option("--quick", "minutes instead of half an hour: everything once, and short", false)
	.option("--soak <minutes>", "length of the soak instead of 10, or of 1/3 with --quick", minutes, null)
	.option("--targets <names>", "only these of the comparison, separated by commas; no reports are written", waysOf, [])
	.option(
		"--scenarios <names>",
		"only these of apprun alone, separated by commas; no reports are written",
		splitted,
		[],
	)
	.option("--port <n>", "port of apprun; 0 takes a free one", "0")
	.option("--out <folder>", "where the reports go", join(packageRoot, "poc-results"))
	.option("--from <results.json>", "measure nothing: write the reports of these results")
	.showHelpAfterError()
	.action(run);

function splitted(text: string): string[] {
	return text.split(",");
}

async function run(options: Options): Promise<void> {
	const signals = listenForShutdown();
	try {
		if (options.from !== undefined) return writeFiles(options.out, renderReports(readResults(options.from)));
		await measure(options, signals.stop);
	} catch (error) {
		const interrupted = signals.stop.reason instanceof Interrupted;
		if (!interrupted) process.stderr.write(`\n${explainFailure(error)}\n`);
		process.exitCode = interrupted ? 130 : 1;
	} finally {
		signals.dispose();
	}
}

async function measure(options: Options, signal: AbortSignal): Promise<void> {
	const { targets, scenarios: names, port, out } = options;
	const startedAt = performance.now();
	const scenarios = chooseScenarios(names);
	// Before k6 may be built, which loads the machine by itself.
	const machine = describeMachine(packageRoot);
	const { k6Bin, dataDir } = loadConfig();
	const observe = createLogger({ level: "info" });
	const k6 = await resolveBinary(k6Binary, { explicitPath: k6Bin, dataDir, observe, signal });
	const effort = effortOf(options.quick, options.soak === null ? null : options.soak * 60);
	const seconds = () => (performance.now() - startedAt) / 1000;
	const note = (text: string) => process.stderr.write(`${seconds().toFixed(0).padStart(5)} s  ${text}\n`);
	const runner: Runner = { k6, effort, port, signal, note };
	const partial = targets.length > 0 || names.length > 0;
	const compared = partial && targets.length === 0 ? null : await measureComparedLoad(runner, orAll(targets));
	const own = partial && names.length === 0 ? null : await measureOwnLoad(runner, scenarios);
	if (partial || compared === null || own === null) {
		process.stdout.write(`${JSON.stringify({ compared, own }, null, "\t")}\n`);
		return;
	}
	const suites = await runSuites(runner);
	signal.throwIfAborted();
	const results: Results = {
		machine,
		versions: versionsOf(suites),
		command: `npm run loadtest${commandOptions(options)}`,
		effort,
		seconds: seconds(),
		compared,
		own,
		suites,
	};
	// Half an hour's work is not lost when a report cannot be made of it: --from tries again.
	const kept = join(dataDir, "loadtest-results.json");
	mkdirSync(dataDir, { recursive: true });
	writeFileSync(kept, formatResults(results));
	note(`what was measured is in ${kept}`);
	writeFiles(out, renderReports(results));
	note(`the reports are in ${out}`);
}

const orAll = (targets: readonly WayName[]) => (targets.length === 0 ? wayNames : targets);

function commandOptions({ quick, soak }: Options): string {
	const given = [...(quick ? ["--quick"] : []), ...(soak === null ? [] : [`--soak ${soak}`])];
	return given.length === 0 ? "" : ` -- ${given.join(" ")}`;
}

await command.parseAsync();
