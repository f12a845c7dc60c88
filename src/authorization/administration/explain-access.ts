// Answers what would happen, without doing it: whether a subject may do something and why, and what a caller may do at all.
// Looks at the rules first and then at the rights of the database role behind them.
import type { Pool } from "pg";
import type { Principal } from "../../identity/principal.ts";
import type { Authorizer } from "../authorizer.ts";
import { userSubject } from "../authorizer.ts";
import type { Decision } from "../decision.ts";
import { actionsOf, isPrefixPattern, objectMatches, parseDataObject } from "../object.ts";
import { explain, type RefusedBy, suggest } from "../refusal.ts";
import { ruleText } from "../rule.ts";
import type { Vocabulary } from "../vocabulary.ts";

export interface AccessExplanation {
	readonly allowed: boolean;
	readonly reason: string;
	readonly roles: readonly string[];
	readonly matchedRule: string | null;
	readonly suggestion: string | null;
	readonly refusedBy: RefusedBy | null;
}

/** What may be done to one object. */
export interface Permission {
	readonly object: string;
	readonly actions: readonly string[];
}

export interface ExplainOptions {
	readonly authorizer: Authorizer;
	readonly pool: Pool;
	readonly vocabulary: () => Vocabulary;
	/** The database role that signed-in callers run as. */
	readonly databaseRole: string;
}

/** A question about somebody in the asker's tenant. */
export interface AccessQuestion {
	readonly subject: string;
	readonly object: string;
	readonly action: string;
}

/** Explains. @throws AppError BAD_USER_INPUT for an object or action that nothing is called */
export async function explainAccess(
	options: ExplainOptions,
	asker: Principal,
	question: AccessQuestion,
): Promise<AccessExplanation> {
	options.vocabulary().check(question.object, question.action);
	const decision = decideFor(options.authorizer, asker, question);
	if (decision === null || !decision.allowed)
		return {
			allowed: false,
			reason: decision === null ? "The policies are not loaded." : explain(decision),
			roles: decision?.roles ?? [],
			matchedRule: decision?.rule ? ruleText(decision.rule) : null,
			suggestion: decision === null ? null : suggest(decision),
			refusedBy: "CASBIN",
		};
	const granted = { roles: decision.roles, matchedRule: decision.rule === null ? null : ruleText(decision.rule) };
	const missing = await findMissingGrant(options, question);
	if (missing === null)
		return { ...granted, allowed: true, reason: explain(decision), suggestion: null, refusedBy: null };
	const reason = `The rules allow it, and the database does not: the role ${options.databaseRole} lacks the right.`;
	return { ...granted, allowed: false, reason, suggestion: missing, refusedBy: "GRANT" };
}

/** What a caller may do, by object; objects that they may do nothing with are left out. */
export function listPermissions(
	{ authorizer, vocabulary }: Pick<ExplainOptions, "authorizer" | "vocabulary">,
	principal: Principal,
	under: string,
): readonly Permission[] {
	return [...vocabulary().objects, "function:*"]
		.filter((object) => objectMatches(object, under))
		.map((object) => ({
			object,
			actions: actionsOf(object).filter((action) => authorizer.decide(principal, object, action).allowed),
		}))
		.filter(({ actions }) => actions.length > 0);
}

function decideFor(
	authorizer: Authorizer,
	asker: Principal,
	{ subject, object, action }: AccessQuestion,
): Decision | null {
	const standing = authorizer.standing(asker);
	if (standing === null) return null;
	const { policy } = standing;
	const self = asker.kind === "user" && subject === userSubject(asker.subject);
	const about = self
		? standing.subject
		: subject.startsWith("user:")
			? policy.subject([], subject)
			: policy.subject([subject], null);
	return policy.evaluate(about, object, action);
}

/** The statement that would grant what the database role lacks; null: it lacks nothing, or nothing can be lacking. */
async function findMissingGrant(
	{ pool, databaseRole }: ExplainOptions,
	{ object, action }: AccessQuestion,
): Promise<string | null> {
	const at = isPrefixPattern(object) || action === "*" ? null : parseDataObject(object);
	if (at === null) return null;
	const column = action === "delete" ? null : at.column;
	const { rows } = await pool.query<{ granted: boolean; statement: string }>(
		`select
			case when $4::text is null
				then has_table_privilege($1, c.oid, $5) or (
					$5 <> 'delete' and has_any_column_privilege($1, c.oid, $5)
				)
				else has_column_privilege($1, c.oid, $4, $5)
			end as granted,
			format('grant %s%s on %I.%I to %I;', $5, case when $4::text is null then '' else format(' (%I)', $4) end,
				n.nspname, c.relname, $1) as statement
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = $2 and c.relname = $3`,
		[databaseRole, at.schema, at.table, column, action],
	);
	const [row] = rows;
	return row === undefined || row.granted ? null : row.statement;
}
