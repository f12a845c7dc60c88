// `npm run bench -- [suite] [options]`: starts what it measures, measures it, prints tables, ends everything it started.
// Exit code 1 when something cannot be measured or `--against` finds this checkout slower, 130 on Ctrl-C. Otherwise a slow
// result is not a failure: it may be the machine.
import { writeFileSync } from "node:fs";
import { Argument, Command, InvalidArgumentError } from "commander";
import { explainFailure } from "../../src/command/explain-failure.ts";
import { Interrupted, listenForShutdown } from "../../src/command/shutdown-signals.ts";
import { busyWarning, describeMachine, machineLine } from "./machine.ts";
import { renderTable } from "./render-table.ts";
import type { BenchOptions } from "./suite.ts";
import { suites } from "./suites.ts";

const root = new URL("../../", import.meta.url).pathname;

interface Options extends Omit<BenchOptions, "cases" | "against"> {
	readonly case: readonly string[];
	readonly against?: string;
	readonly json?: string;
}

function wholeNumber(text: string): number {
	if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1 on.");
	return Number(text);
}

const command = new Command("bench")
	.description("Measures apprun on this machine. Trust the ratios within a table, not the rates.")
	.addArgument(new Argument("[suite]", describeSuites()).choices(Object.keys(suites)).default("data"))
	.option("--rounds <n>", "measurements of each case and target; the median counts", wholeNumber, 3)
	.option("--seconds <n>", "length of one measurement, after its warm-up", wholeNumber, 6)
	.option("--connections <n>", "requests in flight", wholeNumber, 32)
	.option("--case <names>", "only these cases, separated by commas", (text) => text.split(","), [])
	.option("--json <path>", "write everything that was measured to this file")
	.option("--profile", "show where apprun's own CPU time goes instead", false)
	.option("--against <ref>", "compare the CPU time of a request with that of another commit; suite data only")
	.showHelpAfterError()
	.action(run);

function describeSuites(): string {
	return Object.entries(suites)
		.map(([name, { summary }]) => `${name}: ${summary}`)
		.join("; ");
}

async function run(name: string, { case: cases, json, against: ref, ...rest }: Options): Promise<void> {
	const signals = listenForShutdown();
	const against = ref ?? null;
	const note = (text: string) => process.stderr.write(`… ${text}\n`);
	try {
		const suite = suites[name];
		if (suite === undefined) throw new Error(`There is no suite ${name}.`);
		if (against !== null && suite !== suites["data"]) throw new Error("--against compares commits by the suite data.");
		const machine = describeMachine(root);
		const options = { ...rest, against, cases };
		const report = await suite.run({ options, signal: signals.stop, note });
		const { versions, tables, results, failure = null } = report;
		const header = [machineLine(machine, versions), busyWarning(machine)].filter((line) => line !== null);
		process.stdout.write(`\n${header.join("\n")}\n\n${tables.map(renderTable).join("\n")}`);
		if (json !== undefined)
			writeFileSync(json, `${JSON.stringify({ suite: name, machine, versions, options, ...results }, null, "\t")}\n`);
		if (failure !== null) {
			process.stderr.write(`${failure}\n`);
			process.exitCode = 1;
		}
	} catch (error) {
		const interrupted = signals.stop.reason instanceof Interrupted;
		if (!interrupted) process.stderr.write(`\n${explainFailure(error)}\n`);
		process.exitCode = interrupted ? 130 : 1;
	} finally {
		signals.dispose();
	}
}

await command.parseAsync();
