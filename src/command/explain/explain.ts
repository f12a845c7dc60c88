// `apprun explain`: how a query would be answered for a role in a tenant: what authorization decides, our plan, the request
// to PostgREST, Postgres' own plan where the operator enabled it, and what makes it slow. Runs nothing.
import { inspect } from "node:util";
import type { Config } from "../../config/load-config.ts";
import { createDatabaseClaims } from "../../identity/database-claims.ts";
import { createCursors } from "../../plan/cursor.ts";
import type { MatchingPlan, Plan } from "../../plan/nodes.ts";
import { planRoot } from "../../plan/plan-root.ts";
import type { Finding } from "../../schema/doctor.ts";
import { runDoctor } from "../../schema/doctor.ts";
import { readRelationSizes } from "../../schema/relation-sizes.ts";
import type { CompiledRequest } from "../../source/postgrest/compile.ts";
import { createExplainer, type PostgresPlan } from "../../source/postgrest/explain.ts";
import { firstRequest } from "../../source/postgrest/first-request.ts";
import { createSender } from "../../source/postgrest/send.ts";
import { reportDecisions } from "../check-policy.ts";
import { findDatabase } from "../find-database.ts";
import { findPostgrest } from "../find-postgrest.ts";
import { type InspectedOperation, type InspectOptions, inspectOperation } from "../inspect-operation.ts";
import { findSlowInPlan, relationsOf } from "./slow-in-plan.ts";
import { findSlowInPostgres, relationsIn } from "./slow-in-postgres.ts";

export interface ExplainOptions extends Omit<InspectOptions, "as"> {
	/** Roles, separated by commas; `anonymous` alone is a caller without a credential. */
	readonly role: string;
}

/** A root field of the data schema and how it would be answered. */
interface Explained {
	/** Response key. */
	readonly key: string;
	readonly plan: Plan;
	readonly request: CompiledRequest;
	/** Or why there is none. */
	readonly postgres: PostgresPlan | string;
}

/** The report. @throws StackError, GraphQLError, AppError for what cannot be understood or planned */
export async function explain(config: Config, file: string, { role, ...options }: ExplainOptions): Promise<string> {
	const as = { ...options, as: role };
	const operation = await inspectOperation(config, file, as);
	const explained = await explainFields(config, operation);
	const decided = operation.fields.map((field) => field.decided);
	const elsewhere = operation.fields.filter(({ prepared }) => prepared.data === null && prepared.args !== null);
	return [
		reportDecisions(decided, as),
		...elsewhere.map(({ prepared }) => `${prepared.key}: answered by apprun itself, without PostgREST.\n`),
		...explained.map(describe),
		describeSlow(await findSlow(config, explained)),
	].join("\n");
}

async function explainFields(config: Config, operation: InspectedOperation): Promise<readonly Explained[]> {
	const { principal, model, variables, fields } = operation;
	const endpoint = findPostgrest(config);
	const sender =
		endpoint === null ? null : createSender({ ...endpoint, connections: 1, timeoutMs: config.requestTimeoutMs });
	const claims = endpoint === null ? null : await createDatabaseClaims(endpoint.jwtSecret)(principal);
	const explainer = sender === null || claims === null ? null : createExplainer(sender, claims);
	// Of the server's secret, so that its cursors open; where that is not known there are none to open.
	const cursors = createCursors(endpoint?.jwtSecret ?? "")(principal);
	try {
		const explained: Explained[] = [];
		for (const { prepared } of fields) {
			if (prepared.data === null) continue;
			const plan = planRoot(prepared.data, { model, variables, limits: config, cursors });
			const request = firstRequest(plan);
			const [probe] = relationsOf(plan);
			const postgres =
				explainer === null
					? "no PostgREST runs here, and APPRUN_POSTGREST_URL names none."
					: ((probe && (await explainer.explain(request, probe))) ?? notEnabled);
			explained.push({ key: prepared.key, plan, request, postgres });
		}
		return explained;
	} finally {
		await sender?.close();
	}
}

const notEnabled =
	"PostgREST does not show it: set APPRUN_POSTGREST_PLANS=on for the one that apprun starts, db-plan-enabled in one of your own.";

function describe({ key, plan, request, postgres }: Explained): string {
	return [
		`${key}: the plan`,
		indent(inspect(plan, { depth: null, breakLength: 120, maxArrayLength: null, maxStringLength: 2000 })),
		"",
		`${key}: the request to PostgREST`,
		indent(describeRequest(request)),
		...(isSearch(plan)
			? [`  and then the rows that were found are written by their key, unless they are more than ${plan.atMost}.`]
			: []),
		"",
		`${key}: Postgres' plan`,
		indent(typeof postgres === "string" ? postgres : postgres.text),
		"",
	].join("\n");
}

function isSearch(plan: Plan): plan is MatchingPlan {
	return plan.kind === "updateMany" || plan.kind === "deleteMany";
}

/** One parameter a line, decoded. */
function describeRequest({ method, path, headers, body }: CompiledRequest): string {
	const [resource, query = ""] = path.split("?");
	const parameters = query.split("&").map((part) => `  ${decodeURIComponent(part)}`);
	const sent = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
	return [`${method} ${resource}`, ...parameters, ...sent, ...(body === null ? [] : [body])].join("\n");
}

const indent = (text: string) => text.trimEnd().replaceAll(/^/gm, "  ");

/** What the doctor knows of the relations that are read, what our plan asks for, and what Postgres makes of it. */
async function findSlow(config: Config, explained: readonly Explained[]): Promise<readonly string[]> {
	const databaseUrl = findDatabase(config);
	const plans = explained.flatMap(({ postgres }) => (typeof postgres === "string" ? [] : [postgres]));
	const read = plans.flatMap(({ root }) => relationsIn(root));
	const surroundings = { tenantColumn: config.tenantColumn, pages: await readRelationSizes(databaseUrl, read) };
	const named = [...read, ...explained.flatMap(({ plan }) => relationsOf(plan))];
	const findings = (await runDoctor(databaseUrl, config)).filter(
		(finding) => slowCodes.has(finding.code) && named.some((relation) => isAbout(finding, relation)),
	);
	return [
		...explained.flatMap(({ key, plan, postgres }) =>
			[
				...findSlowInPlan(plan),
				...(typeof postgres === "string" ? [] : findSlowInPostgres(postgres.root, surroundings)),
			].map((sentence) => `${key}: ${sentence}`),
		),
		...findings.map(({ object, message, fix }) => `${object}: ${message}\n${indent(indent(fix))}`),
	];
}

/** Checks of the doctor that are about speed. */
const slowCodes: ReadonlySet<string> = new Set(["policy-per-row", "tenant-index-missing", "foreign-key-index-missing"]);

function isAbout({ object }: Finding, { schema, name }: { readonly schema: string; readonly name: string }): boolean {
	return object.split(" ").some((word) => word === `${schema}.${name}` || word.startsWith(`${schema}.${name}.`));
}

function describeSlow(found: readonly string[]): string {
	if (found.length === 0) return "Nothing in it is slow by its nature.\n";
	return `What makes it slow:\n${found.map((sentence) => `  - ${sentence}\n`).join("")}`;
}
