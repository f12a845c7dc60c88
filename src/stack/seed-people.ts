// Puts the demo's people into Kratos and into their tenants, once: an owner, an editor and a reader of acme and of globex.
import { Client } from "pg";
import type { Observe } from "../observe/observation.ts";
import { StackError } from "./stack-error.ts";
import { takeMigrationLock } from "./take-migration-lock.ts";
import { timeStep } from "./time-step.ts";

const tenants = ["acme", "globex"];
const roles = ["owner", "editor", "reader"];
const seed = "people";

interface SeedPeopleInput {
	/** Owner's URL of a database that has the demo. */
	readonly databaseUrl: string;
	/** Admin API of Kratos. */
	readonly adminUrl: string;
	/** Of each of them. */
	readonly password: string;
}

/**
 * Makes them, unless this database has them.
 * @returns whether they were made now
 */
export async function seedPeople(input: SeedPeopleInput, observe: Observe): Promise<boolean> {
	const client = new Client({ connectionString: input.databaseUrl, application_name: "apprun seed" });
	await client.connect();
	try {
		await takeMigrationLock(client);
		const known = await client.query("select from apprun.seeds where name = $1", [seed]);
		const demo = await client.query<{ id: string; slug: string }>(
			"select id, slug from apprun.tenants where slug = any ($1)",
			[tenants],
		);
		if (known.rowCount !== 0 || demo.rowCount !== tenants.length) return false;
		const people = demo.rows.flatMap((tenant) => roles.map((role) => ({ tenant, role })));
		await timeStep("make the demo's people", observe, async () => {
			const made = await Promise.all(people.map((person) => makePerson(input, person)));
			await client.query("select set_config('apprun.actor', 'apprun:seed', false)");
			for (const { tenantId, subject, email, name, role } of made) {
				await client.query(
					`insert into apprun.memberships (tenant_id, subject, email, name) values ($1, $2, $3, $4)
					on conflict do nothing`,
					[tenantId, subject, email, name],
				);
				await client.query(
					`insert into apprun.casbin_rule (ptype, v0, v1, v2) values ('g', 'user:' || $1, 'role:' || $2, $3)
					on conflict do nothing`,
					[subject, role, tenantId],
				);
			}
			await client.query("insert into apprun.seeds (name, version) values ($1, '1')", [seed]);
		});
		return true;
	} finally {
		await client.end();
	}
}

async function makePerson(
	{ adminUrl, password }: SeedPeopleInput,
	{ tenant, role }: { readonly tenant: { readonly id: string; readonly slug: string }; readonly role: string },
): Promise<Record<"tenantId" | "subject" | "email" | "name" | "role", string>> {
	const email = `${role}@${tenant.slug}.example`;
	const name = `${role[0]?.toUpperCase()}${role.slice(1)} of ${tenant.slug}`;
	const subject = await makeIdentity(adminUrl, {
		schema_id: "person",
		traits: { email, name, tenant_id: tenant.id },
		metadata_public: { tenant_id: tenant.id, roles: [role] },
		credentials: { password: { config: { password } } },
		verifiable_addresses: [{ value: email, via: "email", verified: true, status: "completed" }],
	});
	return { tenantId: tenant.id, subject, email, name, role };
}

/** Gives the id of the new identity, or of the one that an interrupted start had made. */
async function makeIdentity(
	adminUrl: string,
	identity: Readonly<Record<string, unknown>> & {
		readonly traits: { readonly email: string; readonly name: string; readonly tenant_id: string };
	},
): Promise<string> {
	const url = new URL("/admin/identities", adminUrl);
	const headers = { "content-type": "application/json" };
	const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(identity) });
	if (answer.status === 201) return ((await answer.json()) as { id: string }).id;
	url.searchParams.set("credentials_identifier", identity.traits.email);
	const [known] = answer.status === 409 ? ((await (await fetch(url)).json()) as { id: string }[]) : [];
	if (known !== undefined) return known.id;
	throw new StackError(
		`Kratos did not take the demo's person ${identity.traits.email}: it answered ${answer.status}.`,
		"Start with APPRUN_DEMO=off to go on without the demo.",
	);
}
