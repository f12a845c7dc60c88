// `apprun policy check`: says whether a role may run a query in a tenant, which rule decides each thing that it touches, and
// what an admin could change. Runs nothing, and needs no service but the database.
import type { CheckedField } from "../authorization/check-operation.ts";
import { suggest } from "../authorization/refusal.ts";
import { ruleText } from "../authorization/rule.ts";
import type { Config } from "../config/load-config.ts";
import { type InspectOptions, inspectOperation } from "./inspect-operation.ts";

/**
 * Checks the query in a file.
 * @returns the report, and whether everything is allowed
 * @throws StackError, GraphQLError for a query or an option that cannot be understood
 */
export async function checkPolicy(
	config: Config,
	file: string,
	options: InspectOptions,
): Promise<{ readonly report: string; readonly allowed: boolean }> {
	const { fields } = await inspectOperation(config, file, options);
	const decided = fields.map(({ decided }) => decided);
	return { report: reportDecisions(decided, options), allowed: decided.every(({ allowed }) => allowed) };
}

/** The decisions about each root field as text, with what an admin could change. */
export function reportDecisions(fields: readonly CheckedField[], { as, tenant }: InspectOptions): string {
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
