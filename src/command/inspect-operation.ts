// Takes a file with a GraphQL document and who would run it, gives the operation as execution would bind it, each root field
// with its decisions. Runs nothing, and needs no service but the database; refuses what cannot be understood.
import { readFile } from "node:fs/promises";
import { type GraphQLSchema, parse, specifiedRules, validate } from "graphql";
import { mergeSubschemas } from "../../resolvers/index.ts";
import { classifyRootFields } from "../authorization/access.ts";
import { type CheckedField, checkOperation } from "../authorization/check-operation.ts";
import { type Authorization, createAuthorization } from "../authorization/create-authorization.ts";
import { createFieldNeeds } from "../authorization/field-needs.ts";
import type { Config } from "../config/load-config.ts";
import { anonymous, type Principal } from "../identity/principal.ts";
import { createLogger } from "../observe/logger.ts";
import { coerceVariables } from "../operation/execute.ts";
import { type PreparedField, prepare } from "../operation/prepare.ts";
import { readArguments } from "../plan/read-arguments.ts";
import { loadSchema } from "../schema/load-schema.ts";
import type { DataModel } from "../schema/model.ts";
import { StackError } from "../stack/stack-error.ts";
import { findDatabase } from "./find-database.ts";
import { findTenant } from "./find-tenant.ts";

export interface InspectOptions {
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

export interface InspectedOperation {
	readonly principal: Principal;
	readonly model: DataModel;
	readonly operationType: "query" | "mutation" | "subscription";
	/** Coerced, by name. */
	readonly variables: Readonly<Record<string, unknown>>;
	readonly fields: readonly InspectedField[];
}

export interface InspectedField {
	readonly prepared: PreparedField;
	readonly decided: CheckedField;
}

/** Reads, prepares and decides. @throws StackError, GraphQLError for a query or an option that cannot be understood */
export async function inspectOperation(
	config: Config,
	file: string,
	options: InspectOptions,
): Promise<InspectedOperation> {
	const databaseUrl = findDatabase(config);
	const principal = await principalOf(config, options);
	const { model, schema: dataSchema } = await loadSchema(databaseUrl, config);
	const observe = createLogger({ level: "warn" });
	const authorization = await createAuthorization({ databaseUrl, config, observe, readArguments });
	try {
		if (authorization.policies.snapshot === null)
			throw new StackError("The policies cannot be loaded.", "Run `apprun migrate` on this database first.");
		const policies = { ...authorization, databaseRole: "apprun_user" };
		const schema = mergeSubschemas({ dataSchema, source: noSource, people: null, policies, functions: null });
		const text = await readFile(file, "utf8").catch((cause: unknown) => {
			throw new StackError(`The query ${file} cannot be read.`, "Name a file with a GraphQL document.", cause);
		});
		return decide({ schema, model, authorization, principal, text }, options);
	} finally {
		await authorization.close();
	}
}

/** Nothing is run here. */
const noSource = {
	run(): never {
		throw new Error("an inspection runs nothing");
	},
};

interface Inspecting {
	readonly schema: GraphQLSchema;
	readonly model: DataModel;
	readonly authorization: Authorization;
	readonly principal: Principal;
	readonly text: string;
}

function decide(
	{ schema, model, authorization: { authorizer }, principal, text }: Inspecting,
	options: InspectOptions,
): InspectedOperation {
	const document = parse(text);
	const [invalid] = validate(schema, document, specifiedRules);
	if (invalid !== undefined) throw invalid;
	const prepared = prepare({ schema, model, document, operationName: options.operation ?? null });
	const variables = coerceVariables(prepared, readVariables(options.variables));
	const needsOf = createFieldNeeds({ access: classifyRootFields(schema, model), model, readArguments });
	const { fields } = prepared.variant(variables);
	const decided = checkOperation({ authorizer, needsOf }, principal, { fields, variables });
	return {
		principal,
		model,
		operationType: prepared.operation.operation,
		variables,
		fields: decided.map((field, index) => ({ prepared: fields[index] as PreparedField, decided: field })),
	};
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

async function principalOf(config: Config, { as, tenant, user }: InspectOptions): Promise<Principal> {
	const roles = as.split(",").map((role) => role.trim());
	if (as === "anonymous") return anonymous;
	if (tenant === undefined)
		throw new StackError("Roles are held in a tenant.", "Name it with --tenant, such as --tenant acme.");
	const tenantId = await findTenant(config, tenant);
	return { kind: "user", subject: user, tenantId, roles, expiresAt: 0, credential: "development-jwt" };
}
