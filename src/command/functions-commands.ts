// The subcommands of `apprun functions`: what they take. What they do is in functions.ts, loaded when one is given.
import { Command, InvalidArgumentError, Option } from "commander";
import type { Config } from "../config/load-config.ts";
import type { DeployOptions, InvokeOptions, LogOptions, Report } from "./functions.ts";
import type { EndpointOptions } from "./open-endpoint.ts";

export interface CommandLine {
	/** Runs a command with the settings; tells what fails. */
	run(command: (config: Config) => Promise<void>): Promise<void>;
	print(text: string): void;
	/** Person of a development token that names none. */
	readonly anybody: string;
}

/** Deploy, invoke, list, logs. */
export function functionsCommands({ run, print, anybody }: CommandLine): Command[] {
	const load = () => import("./functions.ts");
	const progress = (text: string) => process.stderr.write(`${text}\n`);
	// Exit code 1 says that what was asked for did not succeed.
	const show = ({ report, succeeded }: Report) => {
		print(report);
		if (!succeeded) process.exitCode = 1;
	};
	const command = (name: string, description: string) => commandOf(name, description, anybody);
	return [
		command("deploy", "deploy a module as the next version of a function")
			.argument("<name>", "the function")
			.argument("<file>", "a .wasm module")
			.addOption(
				new Option("--kind <kind>", "left out: export or command, by what it exports").choices([
					"export",
					"command",
					"sandbox",
				]),
			)
			.option("--description <text>", "what it does")
			.option("--limits <limits>", "such as timeMs=500,logLines=10")
			.action((name: string, file: string, options: DeployOptions) =>
				run(async (config) => show(await (await load()).deployFunction(config, { name, file, progress }, options))),
			),
		command("invoke", "invoke a function and print its answer")
			.argument("<name>", "the function")
			.argument("[input]", "JSON", "null")
			.option("--version <number>", "a version; left out: the active one")
			.action((name: string, input: string, options: InvokeOptions) =>
				run(async (config) => show(await (await load()).invokeFunction(config, { name, input, progress }, options))),
			),
		command("list", "list the functions of a tenant").action((options: EndpointOptions) =>
			run(async (config) => show(await (await load()).listFunctions(config, options))),
		),
		command("logs", "list what was invoked, newest first")
			.argument("[name]", "one function")
			.addOption(
				new Option("--status <status>", "only calls that ended so").choices([
					"success",
					"failed",
					"timeout",
					"limit_exceeded",
					"refused",
				]),
			)
			.option("--first <count>", "how many, 200 at most", count, 20)
			.action((name: string | undefined, options: LogOptions) =>
				run(async (config) => show(await (await load()).listInvocations(config, name ?? null, options))),
			),
	];
}

function count(text: string): number {
	if (!/^[1-9]\d{0,2}$/.test(text) || Number(text) > 200) throw new InvalidArgumentError("It must be from 1 to 200.");
	return Number(text);
}

/** With the options that say where and who. */
function commandOf(name: string, description: string, anybody: string): Command {
	return new Command(name)
		.description(description)
		.option("--tenant <slug or id>", "the tenant, such as acme: with a development token")
		.option("--role <name>", "the role of the development token", "owner")
		.option("--user <id>", "the person of the development token", anybody)
		.option("--token <token>", "a credential, instead of a development token")
		.option("--url <url>", "a GraphQL endpoint, instead of the local one");
}
