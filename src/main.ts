// The command line: `apprun <command>`. Gives standard output what was asked for, standard error everything else, and
// exit code 1 with one clear paragraph when something is refused.
import { Command } from "commander";
import type { CompareOptions } from "./command/compare.ts";
import type { ExplainOptions } from "./command/explain/explain.ts";
import { explainFailure } from "./command/explain-failure.ts";
import { functionsCommands } from "./command/functions-commands.ts";
import type { InspectOptions } from "./command/inspect-operation.ts";
import type { KratosConfigOptions } from "./command/kratos-config.ts";
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

const schema = program.command("schema").description("work with the GraphQL schema that is made from the database");

schema
	.command("diff")
	.description("say what changes for clients; exit code 1 when something breaks them")
	.argument("<before>", "a file that `schema print` wrote, or the URL of another database")
	.action((before: string) =>
		run(async (config) => {
			const { diffSchema } = await import("./command/diff-schema.ts");
			const { report, compatible } = await diffSchema(config, before);
			print(report);
			if (!compatible) process.exitCode = 1;
		}),
	);

schema
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
	.action((file: string, options: InspectOptions) =>
		run(async (config) => {
			const { checkPolicy } = await import("./command/check-policy.ts");
			const { report, allowed } = await checkPolicy(config, file, options);
			print(report);
			if (!allowed) process.exitCode = 1;
		}),
	);

program
	.command("compare")
	.description("ask apprun, PostGraphile and PostgREST the same, and print what each answer costs; local stack only")
	.option("--tenant <slug or id>", "a tenant with the demo's rows", "acme")
	.option("--runs <n>", "measured requests of each question", (text) => Math.max(1, Number.parseInt(text, 10) || 1), 50)
	.action((options: CompareOptions) =>
		run(async (config) => {
			const { compare } = await import("./command/compare.ts");
			print(await compare(config, options));
		}),
	);

program
	.command("explain")
	.description(
		"show how a query would be answered: decisions, plan, request, Postgres' plan, and what makes it slow; runs nothing",
	)
	.argument("<file>", "a GraphQL document")
	.requiredOption("--role <roles>", "roles, separated by commas; anonymous: nobody signed in")
	.option("--tenant <slug or id>", "the tenant, such as acme")
	.option("--user <id>", "the person, where a rule or a policy is about one", anybody)
	.option("--variables <json>", "variables of the operation", "{}")
	.option("--operation <name>", "the operation, where the document holds several")
	.action((file: string, options: ExplainOptions) =>
		run(async (config) => {
			const { explain } = await import("./command/explain/explain.ts");
			print(await explain(config, file, options));
		}),
	);

const functions = program.command("functions").description("deploy and run a tenant's WebAssembly functions");
for (const command of functionsCommands({ run, print, anybody })) functions.addCommand(command);

await program.parseAsync();
