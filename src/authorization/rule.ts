// Policy rows as Casbin and the database hold them: arrays of text, checked when read. Frozen once loaded.

/** `p`: who, tenant, object, action, allow or deny. */
export type Rule = readonly [subject: string, tenant: string, object: string, action: string, effect: "allow" | "deny"];

/** `g`: who (a role or a user) is in which role, in which tenant. */
export type Link = readonly [member: string, role: string, tenant: string];

/** The rows of one tenant, or of all (`*`). */
export interface PolicyRows {
	readonly rules: readonly Rule[];
	readonly links: readonly Link[];
}

export const noRows: PolicyRows = Object.freeze({ rules: Object.freeze([]), links: Object.freeze([]) });

/** Rules that hold in every tenant. Never the tenant of a request. */
export const everyTenant = "*";

/** The tenant of those who have none: anonymous callers. */
export const noTenant = "none";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The tenant id as policies write it, or null when it can be no tenant: `*` and free text must never reach a decision.
 * Upper case is folded, or a tenant's own denials could be dodged by its spelling.
 */
export function tenantName(tenantId: string): string | null {
	const folded = tenantId.toLowerCase();
	return uuid.test(folded) ? folded : null;
}

/** A row of `apprun.casbin_rule`: ptype, v0 … v5. */
export type StoredRow = readonly string[];

/**
 * Reads one stored row.
 * @throws Error for an unknown kind of row or a mistyped effect: both would otherwise silently mean something else
 */
export function readRow(row: StoredRow): { kind: "rule"; rule: Rule } | { kind: "link"; link: Link } {
	const [ptype, v0 = "", v1 = "", v2 = "", v3 = "", v4 = "", v5 = ""] = row;
	if (ptype === "p" && v5 === "" && (v4 === "allow" || v4 === "deny") && [v0, v1, v2, v3].every((v) => v !== ""))
		return { kind: "rule", rule: [v0, v1, v2, v3, v4] };
	if (ptype === "g" && v3 === "" && v4 === "" && v5 === "" && [v0, v1, v2].every((v) => v !== ""))
		return { kind: "link", link: [v0, v1, v2] };
	throw new Error(`Not a policy row: ${JSON.stringify(row)}`);
}

/** A rule or link as the database stores it, padded to seven texts. */
export function storedRow(row: Rule | Link): StoredRow {
	const ptype = row.length === 3 ? "g" : "p";
	return [ptype, ...row, ...Array<string>(6 - row.length).fill("")];
}

/** A rule as policy.csv writes it. */
export const ruleText = (row: Rule | Link): string => [row.length === 3 ? "g" : "p", ...row].join(", ");
