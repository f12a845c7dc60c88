// `apprun policy check`: says whether a role may run a query in a tenant, which rule decides each thing that it touches, and
// what an admin could change. Runs nothing, and needs no service but the database.
import { readFile } from "node:fs/promises";
import { type GraphQLSchema, parse, specifiedRules, validate } from "graphql";
import { mergeSubschemas } from "../../resolvers/index.ts";
import { classifyRootFields } from "../authorization/access.ts";
import { type CheckedField, checkOperation } from "../authorization/check-operation.ts";
import { type Authorization, createAuthorization } from "../authorization/create-authorization.ts";
import { createFieldNeeds } from "../authorization/field-needs.ts";
import { suggest } from "../authorization/refusal.ts";
import { ruleText } from "../authorization/rule.ts";
import type { Config } from "../config/load-config.ts";
import { anonymous, type Principal } from "../identity/principal.ts";
import { createLogger } from "../observe/logger.ts";
import { coerceVariables } from "../operation/execute.ts";
import { prepare } from "../operation/prepare.ts";
import { readArguments } from "../plan/read-arguments.ts";
import { loadSchema } from "../schema/load-schema.ts";
import type { DataModel } from "../schema/model.ts";
import { StackError } from "../stack/stack-error.ts";
import { findDatabase } from "./find-database.ts";
import { findTenant } from "./find-tenant.ts";

export interface CheckPolicyOptions {
	/** Roles, separated by commas; `anonymous` alone is a caller without a credential. */
	readonly as: string;
	/** UUID or slug. */
	readonly tenant?: string;
	/** The person, where rules about people matter. */
	readonly user: string;
	/** JSON object. */
	readonly variables: string;
	/** Name of the operation, where the document holds several. */
	readonly operation?: string;
}

/**
 * Checks the query in a file.
 * @returns the report, and whether everything is allowed
 * @throws StackError, GraphQLError for a query or an option that cannot be understood
 */
export async function checkPolicy(
	config: Config,
	file: string,
	options: CheckPolicyOptions,
): Promise<{ readonly report: string; readonly allowed: boolean }> {
	const databaseUrl = findDatabase(config);
	const principal = await principalOf(config, options);
	const { model, schema: dataSchema } = await loadSchema(databaseUrl, config);
	const observe = createLogger({ level: "warn" });
	const authorization = await createAuthorization({ databaseUrl, config, observe, readArguments });
	try {
		if (authorization.policies.snapshot === null)
			throw new StackError("The policies cannot be loaded.", "Run `apprun migrate` on this database first.");
		const policies = { ...authorization, databaseRole: "apprun_user" };
		const schema = mergeSubschemas({ dataSchema, model, source: noSource, policies, functions: null });
		const text = await readFile(file, "utf8").catch((cause: unknown) => {
			throw new StackError(`The query ${file} cannot be read.`, "Name a file with a GraphQL document.", cause);
		});
		const checked = check({ schema, model, authorization, principal, text }, options);
		return { report: reportOf(checked, options), allowed: checked.every(({ allowed }) => allowed) };
	} finally {
		await authorization.close();
	}
}

/** Nothing is run here. */
const noSource = {
	run(): never {
		throw new Error("a check runs nothing");
	},
};

interface Checking {
	readonly schema: GraphQLSchema;
	readonly model: DataModel;
	readonly authorization: Authorization;
	readonly principal: Principal;
	readonly text: string;
}

function check(
	{ schema, model, authorization: { authorizer }, principal, text }: Checking,
	options: CheckPolicyOptions,
): readonly CheckedField[] {
	const document = parse(text);
	const [invalid] = validate(schema, document, specifiedRules);
	if (invalid !== undefined) throw invalid;
	const prepared = prepare({ schema, model, document, operationName: options.operation ?? null });
	const variables = coerceVariables(prepared, readVariables(options.variables));
	const needsOf = createFieldNeeds({ access: classifyRootFields(schema, model), model, readArguments });
	const { fields } = prepared.variant(variables);
	return checkOperation({ authorizer, needsOf }, principal, { fields, variables });
}

function readVariables(text: string): Readonly<Record<string, unknown>> {
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
	} catch {
		// Told below.
	}
	throw new StackError("The variables are no JSON object.", "Write them such as --variables '{\"limit\": 10}'.");
}

async function principalOf(config: Config, { as, tenant, user }: CheckPolicyOptions): Promise<Principal> {
	const roles = as.split(",").map((role) => role.trim());
	if (as === "anonymous") return anonymous;
	if (tenant === undefined)
		throw new StackError("Roles are held in a tenant.", "Name it with --tenant, such as --tenant acme.");
	const tenantId = await findTenant(config, tenant);
	return { kind: "user", subject: user, tenantId, roles, expiresAt: 0, credential: "development-jwt" };
}

function reportOf(fields: readonly CheckedField[], { as, tenant }: CheckPolicyOptions): string {
	const allowed = fields.every((field) => field.allowed);
	const where = tenant === undefined ? "" : ` in ${tenant}`;
	const lines = fields.flatMap(({ key, decisions, ...field }) => [
		`${key}: ${field.allowed ? "allowed" : "refused"}`,
		...decisions.map(
			({ allowed: yes, action, object, rule }) =>
				`  ${yes ? "yes" : "NO "}  ${action.padEnd(8)} ${object}  (${rule === null ? "no rule" : ruleText(rule)})`,
		),
	]);
	const refused = fields.flatMap(({ decisions }) => decisions.filter((decision) => !decision.allowed));
	const changes = [...new Set(refused.map(suggest))].map((suggestion) => `  - ${suggestion}`);
	return [
		`${as}${where} ${allowed ? "may" : "may not"} run this.`,
		"",
		...lines,
		...(changes.length === 0 ? [] : ["", "What an admin could change:", ...changes]),
		"",
	].join("\n");
}
