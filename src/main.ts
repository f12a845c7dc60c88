// The command line: `apprun <command>`. Gives standard output what was asked for, standard error everything else, and
// exit code 1 with one clear paragraph when something is refused.
import { Command } from "commander";
import type { CheckPolicyOptions } from "./command/check-policy.ts";
import { explainFailure } from "./command/explain-failure.ts";
import type { DeployOptions, InvokeOptions, LogOptions, Report } from "./command/functions.ts";
import type { KratosConfigOptions } from "./command/kratos-config.ts";
import type { EndpointOptions } from "./command/open-endpoint.ts";
import { Interrupted } from "./command/shutdown-signals.ts";
import type { TokenOptions } from "./command/token.ts";
import { type Config, loadConfig } from "./config/load-config.ts";

const print = (text: string) => process.stdout.write(text);

/** Person of a development token that names none. */
const anybody = "00000000-0000-4000-8000-000000000000";

/** Ends with code 130 when interrupted while starting, 1 when refused. */
async function run(command: (config: Config) => Promise<void>): Promise<void> {
	try {
		await command(loadConfig());
	} catch (error) {
		if (!(error instanceof Interrupted)) process.stderr.write(`\n${explainFailure(error)}\n`);
		process.exitCode = error instanceof Interrupted ? 130 : 1;
	}
}

// A command's modules are loaded when it is given: a token should not wait for the packages of the server.
const program = new Command("apprun")
	.description("One GraphQL endpoint over a multi-tenant Postgres. Settings come from APPRUN_* variables.")
	.showHelpAfterError();

program
	.command("start")
	.description("start Postgres, PostgREST and Kratos here, with apprun in front, until Ctrl-C")
	.action(() =>
		run(async (config) => {
			const { start } = await import("./command/run-server.ts");
			await start(config, print);
		}),
	);

program
	.command("serve")
	.description("start apprun alone, in front of services of your own")
	.action(() =>
		run(async (config) => {
			const { serve } = await import("./command/run-server.ts");
			await serve(config, print);
		}),
	);

program
	.command("token")
	.description("print a development JWT for a tenant and a role; local stack only")
	.requiredOption("--tenant <slug or id>", "the tenant, such as acme")
	.requiredOption("--role <name>", "the role in that tenant, such as owner")
	.option("--user <id>", "the person", anybody)
	.option("--ttl <time>", "time to live, such as 90s, 30m, 1h, 7d", "1h")
	.action((options: TokenOptions) =>
		run(async (config) => {
			const { makeToken } = await import("./command/token.ts");
			print(`${await makeToken(config, options)}\n`);
		}),
	);

program
	.command("doctor")
	.description("list what keeps the exposed schemas from being safe and fast, with the SQL to mend it")
	.action(() =>
		run(async (config) => {
			const { examine } = await import("./command/doctor.ts");
			const { report, healthy } = await examine(config);
			print(report);
			if (!healthy) process.exitCode = 1;
		}),
	);

program
	.command("schema")
	.description("work with the GraphQL schema that is made from the database")
	.command("print")
	.description("print it as SDL")
	.action(() =>
		run(async (config) => {
			const { printSchemaOf } = await import("./command/print-schema-of.ts");
			print(await printSchemaOf(config));
		}),
	);

program
	.command("kratos-config")
	.description("print what a Kratos of your own needs on top of deploy/kratos/kratos.yml; holds secrets")
	.requiredOption("--hooks-url <url>", "where Kratos reaches apprun's hooks, such as http://apprun:4001")
	.action((options: KratosConfigOptions) =>
		run(async (config) => {
			const { makeKratosConfig } = await import("./command/kratos-config.ts");
			print(`${await makeKratosConfig(config, options)}\n`);
		}),
	);

program
	.command("migrate")
	.description("install or update apprun's schema, roles and grants in APPRUN_DATABASE_URL")
	.action(() =>
		run(async (config) => {
			const { migrateDatabase } = await import("./command/migrate-database.ts");
			await migrateDatabase(config);
		}),
	);

program
	.command("policy")
	.description("look at who may do what")
	.command("check")
	.description("say whether a role may run a query in a tenant, and why, without running it")
	.argument("<file>", "a GraphQL document")
	.requiredOption("--as <roles>", "roles, separated by commas; anonymous: nobody signed in")
	.option("--tenant <slug or id>", "the tenant, such as acme")
	.option("--user <id>", "the person, where a rule is about one", anybody)
	.option("--variables <json>", "variables of the operation", "{}")
	.option("--operation <name>", "the operation, where the document holds several")
	.action((file: string, options: CheckPolicyOptions) =>
		run(async (config) => {
			const { checkPolicy } = await import("./command/check-policy.ts");
			const { report, allowed } = await checkPolicy(config, file, options);
			print(report);
			if (!allowed) process.exitCode = 1;
		}),
	);

const functions = program.command("functions").description("deploy and run a tenant's WebAssembly functions");

/** A subcommand of `functions`, with the options that say where and who. */
const functionsCommand = (name: string, description: string): Command =>
	functions
		.command(name)
		.description(description)
		.option("--tenant <slug or id>", "the tenant, such as acme: with a development token")
		.option("--role <name>", "the role of the development token", "owner")
		.option("--user <id>", "the person of the development token", anybody)
		.option("--token <token>", "a credential, instead of a development token")
		.option("--url <url>", "a GraphQL endpoint, instead of the local one");

const functionCommands = () => import("./command/functions.ts");

const progress = (text: string) => process.stderr.write(`${text}\n`);

/** Prints a report; exit code 1 says that what was asked for did not succeed. */
const show = ({ report, succeeded }: Report) => {
	print(report);
	if (!succeeded) process.exitCode = 1;
};

functionsCommand("deploy", "deploy a module as the next version of a function")
	.argument("<name>", "the function")
	.argument("<file>", "a .wasm module")
	.option("--kind <kind>", "export, command or sandbox; left out: export or command, by what it exports")
	.option("--description <text>", "what it does")
	.option("--limits <limits>", "such as timeMs=500,logLines=10")
	.action((name: string, file: string, options: DeployOptions) =>
		run(async (config) =>
			show(await (await functionCommands()).deployFunction(config, { name, file, progress }, options)),
		),
	);

functionsCommand("invoke", "invoke a function and print its answer")
	.argument("<name>", "the function")
	.argument("[input]", "JSON", "null")
	.option("--version <number>", "a version; left out: the active one")
	.action((name: string, input: string, options: InvokeOptions) =>
		run(async (config) =>
			show(await (await functionCommands()).invokeFunction(config, { name, input, progress }, options)),
		),
	);

functionsCommand("list", "list the functions of a tenant").action((options: EndpointOptions) =>
	run(async (config) => show(await (await functionCommands()).listFunctions(config, options))),
);

functionsCommand("logs", "list what was invoked, newest first")
	.argument("[name]", "one function")
	.option("--status <status>", "success, failed, timeout, limit_exceeded or refused")
	.option("--first <count>", "how many, 200 at most", "20")
	.action((name: string | undefined, options: LogOptions) =>
		run(async (config) => show(await (await functionCommands()).listInvocations(config, name ?? null, options))),
	);

await program.parseAsync();
