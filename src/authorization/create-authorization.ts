// Builds authorization for one server process: loads the policies and keeps them new, guards a schema, and offers what
// administration needs. Without loaded policies it denies everything and is not ready.
import { readFile } from "node:fs/promises";
import type { GraphQLSchema } from "graphql";
import { Pool } from "pg";
import type { Config } from "../config/load-config.ts";
import type { Authority } from "../identity/tenancy/authority.ts";
import type { Observe } from "../observe/observation.ts";
import type { Admit } from "../operation/execute.ts";
import type { OperationContext } from "../operation/operation-context.ts";
import type { ReadArguments } from "../plan/read-arguments.ts";
import type { TableRef } from "../schema/catalog.ts";
import type { DataModel } from "../schema/model.ts";
import type { ServiceHealth } from "../stack/endpoints.ts";
import { classifyRootFields } from "./access.ts";
import { holdsRole } from "./administration/holding.ts";
import { Authorizer } from "./authorizer.ts";
import { createDecisionLog, type DecisionLog } from "./decision-log.ts";
import { explainBreach } from "./explain-breach.ts";
import { createFieldNeeds } from "./field-needs.ts";
import { createDecideField, createGates } from "./gate.ts";
import { guardSchema } from "./guard-schema.ts";
import { createPolicyEngine, type PolicyEngine } from "./policy-engine.ts";
import { PolicySync } from "./policy-sync.ts";
import { explainDatabase } from "./refusal.ts";
import { createVocabulary, type Vocabulary } from "./vocabulary.ts";

export interface AuthorizationOptions {
	/** Owner of schema apprun. */
	readonly databaseUrl: string;
	readonly config: Pick<Config, "production" | "policyPollMs" | "policyStaleLimitMs" | "decisionSample" | "dbSchemas">;
	readonly observe: Observe;
	/** How planning reads arguments. */
	readonly readArguments: ReadArguments;
}

export interface Authorization {
	readonly authorizer: Authorizer;
	readonly engine: PolicyEngine;
	readonly policies: PolicySync;
	readonly pool: Pool;
	/** What identity asks before people are brought in or taken out. */
	readonly authority: Authority;
	/** Whether everybody is told why something is refused. */
	readonly development: boolean;
	/** What rules can be about, in the schema that was guarded last. */
	readonly vocabulary: () => Vocabulary;
	/**
	 * Guards every root field of a merged schema, in place, and gives what decides whole operations.
	 * @throws UnclassifiedFieldsError listing root fields that nobody classified
	 */
	guard(schema: GraphQLSchema, model: DataModel): Promise<Admit>;
	/** A line of GET /health/ready. */
	health(): ServiceHealth;
	close(): Promise<void>;
}

const modelFile = new URL("../../policies/model.conf", import.meta.url);
/** Database connections for loading and changing policies; decisions need none. */
const connections = 3;

/** Loads the policies once, and tries again until they are. @throws Error when policies/model.conf is not usable */
export async function createAuthorization(options: AuthorizationOptions): Promise<Authorization> {
	const { databaseUrl, config, observe, readArguments } = options;
	const engine = await createPolicyEngine(await readFile(modelFile, "utf8"));
	const pool = new Pool({ connectionString: databaseUrl, max: connections, application_name: "apprun policies" });
	// An idle connection that breaks is replaced; the next query says so if the database is gone.
	pool.on("error", () => undefined);
	const policies = new PolicySync({ pool, databaseUrl, engine, observe, pollMs: config.policyPollMs });
	const authorizer = new Authorizer(policies, config.policyStaleLimitMs);
	const log = createDecisionLog({ authorizer, observe, sampleOneIn: config.decisionSample });
	const development = !config.production;
	let guarded: Guarded | null = null;
	await policies.start();
	return {
		authorizer,
		engine,
		policies,
		pool,
		authority: {
			mayManagePeople: (principal) => authorizer.decide(principal, "admin/member", "manage").allowed,
			holdsRole(principal, role) {
				const standing = authorizer.standing(principal);
				return standing !== null && holdsRole(standing, role);
			},
		},
		development,
		vocabulary() {
			if (guarded === null) throw new Error("No schema was guarded yet");
			return guarded.vocabulary;
		},
		async guard(schema, model) {
			const vocabulary = createVocabulary(model, await listRoutines(pool, config.dbSchemas));
			guarded = { vocabulary, admit: guard({ schema, model, readArguments, authorizer, development, log }) };
			return guarded.admit;
		},
		health: () => authorizer.health(),
		async close() {
			await policies.stop();
			await pool.end();
		},
	};
}

interface Guarded {
	readonly admit: Admit;
	readonly vocabulary: Vocabulary;
}

function guard(parts: {
	readonly schema: GraphQLSchema;
	readonly model: DataModel;
	readonly readArguments: ReadArguments;
	readonly authorizer: Authorizer;
	readonly development: boolean;
	readonly log: DecisionLog;
}): Admit {
	const { schema, model, readArguments } = parts;
	const access = classifyRootFields(schema, model);
	const needsOf = createFieldNeeds({ access, model, readArguments });
	const gates = createGates(createDecideField({ ...parts, needsOf }));
	guardSchema<OperationContext>(schema, {
		access,
		gate: gates.field,
		explain(error, { principal, fields, variables }, { key }) {
			const field = fields.find((candidate) => candidate.key === key);
			const needs = field && needsOf(field, variables);
			const touch = needs?.kind === "rights" ? needs.touches[0] : undefined;
			if (touch === undefined) return error;
			const own = field?.data?.field.table ?? null;
			const named = explainBreach({ ...parts, own }, principal, error);
			return explainDatabase(parts, principal, named, touch);
		},
	});
	return gates.operation;
}

async function listRoutines(pool: Pool, schemas: readonly string[]): Promise<readonly TableRef[]> {
	const { rows } = await pool.query<TableRef>(
		`select distinct n.nspname as schema, p.proname as name
		from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		where n.nspname = any($1) and p.prokind = 'f'`,
		[schemas],
	);
	return rows;
}
