// (subject, tenant) → the person's place in that tenant, or null. The database decides, not the credential: a person who
// was removed is out, whatever their token says. Remembered while the watch is live; a change there forgets it.
import { LRUCache } from "lru-cache";
import type { Pool } from "pg";
import type { IdentityWatch } from "./watch-identity.ts";

/** A person's place in one tenant. */
export interface Standing {
	readonly email: string;
	readonly name: string | null;
	/** At least one. */
	readonly roles: readonly string[];
	readonly tenant: { readonly id: string; readonly name: string; readonly slug: string };
	/** The tenant is suspended: its people are refused. */
	readonly suspended: boolean;
}

/** Finds standings. Rejects with the error of `pg` when the database cannot be asked. */
export interface Standings {
	/** What is known without asking, or undefined. */
	peek(subject: string, tenantId: string): Standing | undefined;
	find(subject: string, tenantId: string): Promise<Standing | null>;
}

const rememberedStandings = 20_000;
/** A notification cannot be lost while the connection stands; this bounds what a mistake there could cost. */
const rememberedMs = 60_000;

interface StandingRow {
	readonly email: string;
	readonly name: string | null;
	readonly roles: string[];
	readonly tenant_id: string;
	readonly tenant_name: string;
	readonly slug: string;
	readonly suspended: boolean;
}

/** Builds the lookup over a pool of the owner role. */
export function createStandings(pool: Pool, watch: IdentityWatch): Standings {
	const known = new LRUCache<string, Standing>({ max: rememberedStandings, ttl: rememberedMs });
	let changes = 0;
	watch.onChange((change) => {
		changes += 1;
		if (change.kind === "membership") known.delete(nameOf(change.subject, change.tenant));
		else if (change.kind === "tenant" || change.kind === "resync") known.clear();
	});
	return {
		peek: (subject, tenantId) => (watch.live() ? known.get(nameOf(subject, tenantId)) : undefined),
		async find(subject, tenantId) {
			const remembered = watch.live() ? known.get(nameOf(subject, tenantId)) : undefined;
			if (remembered !== undefined) return remembered;
			const before = changes;
			const standing = await read(pool, subject, tenantId);
			// A change that arrived meanwhile may be newer than what was read.
			if (standing !== null && watch.live() && before === changes) known.set(nameOf(subject, tenantId), standing);
			return standing;
		},
	};
}

const nameOf = (subject: string, tenantId: string): string => `${tenantId} ${subject}`;

async function read(pool: Pool, subject: string, tenantId: string): Promise<Standing | null> {
	const { rows } = await pool.query<StandingRow>(
		`select m.email, m.name, m.roles, t.id as tenant_id, t.name as tenant_name, t.slug,
			t.suspended_at is not null as suspended
		from apprun.memberships m join apprun.tenants t on t.id = m.tenant_id
		where m.subject = $1 and m.tenant_id = $2 and m.removed_at is null`,
		[subject, tenantId],
	);
	const row = rows[0];
	if (row === undefined) return null;
	return Object.freeze({
		email: row.email,
		name: row.name,
		roles: Object.freeze(row.roles),
		tenant: Object.freeze({ id: row.tenant_id, name: row.tenant_name, slug: row.slug }),
		suspended: row.suspended,
	});
}
