// (subject, tenant) → the person's place in that tenant, or null. The database decides, not the credential: a person who
// was removed is out, whatever their token says. Remembered while the watch is live; a change there forgets it.
import { LRUCache } from "lru-cache";
import type { Pool } from "pg";
import type { IdentityWatch } from "./watch-identity.ts";

/** A person's place in one tenant. */
export interface Standing {
	readonly email: string;
	readonly name: string | null;
	/** Empty for a member whose last role was taken. */
	readonly roles: readonly string[];
	/** Version of the policies that these roles are from. */
	readonly policyVersion: number;
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
	readonly policy_version: string;
	readonly tenant_id: string;
	readonly tenant_name: string;
	readonly slug: string;
	readonly suspended: boolean;
}

/** A question to the database that is under way; `stale`: something changed since it was asked. */
interface Reading {
	readonly answer: Promise<Standing | null>;
	stale: boolean;
}

/** Builds the lookup over a pool of the owner role. */
export function createStandings(pool: Pool, watch: IdentityWatch): Standings {
	const known = new LRUCache<string, Standing>({ max: rememberedStandings, ttl: rememberedMs });
	const readings = new Map<string, Reading>();
	const forget = (name: string) => {
		known.delete(name);
		const reading = readings.get(name);
		if (reading !== undefined) reading.stale = true;
		readings.delete(name);
	};
	watch.onChange((change) => {
		if (change.kind === "membership") forget(nameOf(change.subject, change.tenant));
		else if (change.kind === "tenant" || change.kind === "resync")
			for (const name of [...known.keys(), ...readings.keys()]) forget(name);
	});
	const ask = (subject: string, tenantId: string): Promise<Standing | null> => {
		const name = nameOf(subject, tenantId);
		const reading: Reading = { answer: read(pool, subject, tenantId), stale: false };
		readings.set(name, reading);
		const landed = () => {
			if (readings.get(name) === reading) readings.delete(name);
		};
		return reading.answer.finally(landed).then((standing) => {
			if (standing !== null && watch.live() && !reading.stale) known.set(name, standing);
			return standing;
		});
	};
	return {
		peek: (subject, tenantId) => (watch.live() ? known.get(nameOf(subject, tenantId)) : undefined),
		async find(subject, tenantId) {
			const name = nameOf(subject, tenantId);
			const remembered = watch.live() ? known.get(name) : undefined;
			return remembered ?? (await (readings.get(name)?.answer ?? ask(subject, tenantId)));
		},
	};
}

const nameOf = (subject: string, tenantId: string): string => `${tenantId} ${subject}`;

async function read(pool: Pool, subject: string, tenantId: string): Promise<Standing | null> {
	const { rows } = await pool.query<StandingRow>(
		`select m.email, m.name, apprun.member_roles(m.tenant_id, m.subject) as roles,
			(select version from apprun.policy_version) as policy_version, t.id as tenant_id, t.name as tenant_name, t.slug,
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
		policyVersion: Number(row.policy_version),
		tenant: Object.freeze({ id: row.tenant_id, name: row.tenant_name, slug: row.slug }),
		suspended: row.suspended,
	});
}
