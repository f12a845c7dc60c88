// A mistake teaches nobody a name: the constraint and the fields of an error are told to a caller who has a right to each of
// them, and to nobody else.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { demoTenants } from "../../support/open-app.ts";
import { type OwnApp, startOwnApp, tenantTable } from "../../support/own-app.ts";

let app: OwnApp;
beforeAll(async () => {
	const { acme, globex } = demoTenants;
	app = await startOwnApp(`
		create schema api;
		grant usage on schema api to apprun_user;
		${tenantTable("api.vaults", "label text not null check (label <> ''), code text not null default '' check (code <> '')")}
		${tenantTable("api.keys", "vault_id int, foreign key (tenant_id, vault_id) references api.vaults (tenant_id, id)")}
		insert into api.vaults (tenant_id, id, label, code) values ('${acme}', 1, 'one', 'x'), ('${globex}', 1, 'one', 'x');
		insert into api.keys (tenant_id, id, vault_id) values ('${acme}', 1, 1), ('${globex}', 1, 1);`);
	// In acme even the owner may neither see nor write codes, nor anything of keys; in globex the owner may.
	await app.sql(`insert into apprun.casbin_rule (ptype, v0, v1, v2, v3, v4) values
		('p', 'role:owner', '${acme}', 'data:api/vaults/code', '*', 'deny'),
		('p', 'role:owner', '${acme}', 'data:api/keys/*', '*', 'deny'),
		('p', 'role:owner', '${acme}', 'data:api/keys', '*', 'deny')`);
	await vi.waitFor(async () => expect((await app.ask("{ vaults { code } }")).errors).toHaveLength(1));
});
afterAll(() => app?.stop());

test("a constraint of a table that the caller may not see", async () => {
	const text = "mutation { deleteVault(id: 1) { id } }";
	const hidden = await app.ask(text);
	expect(hidden).toMatchObject({ errors: [{ extensions: { code: "CONSTRAINT_VIOLATION" } }] });
	expect(JSON.stringify(hidden.errors)).not.toMatch(/key|vault_id|vaultId/i);
	expect(await app.ask(text, "globex")).toMatchObject({
		errors: [{ extensions: { constraint: "keys_tenant_id_vault_id_fkey", type: "Key", fields: ["vaultId"] } }],
	});
});

test("a column that the caller may not see", async () => {
	const text = 'mutation { createVault(input: { id: 2, label: "two" }) { id } }';
	const hidden = await app.ask(text);
	expect(hidden).toMatchObject({ errors: [{ extensions: { code: "CONSTRAINT_VIOLATION" } }] });
	expect(JSON.stringify(hidden.errors).replaceAll('"code":', "")).not.toMatch(/code/);
	expect(await app.ask(text, "globex")).toMatchObject({
		errors: [{ extensions: { constraint: "vaults_code_check", type: "Vault", fields: ["code"] } }],
	});
});

test("a column that the caller may write", async () => {
	expect(await app.ask('mutation { updateVault(id: 1, patch: { label: "" }) { id } }')).toMatchObject({
		errors: [{ extensions: { constraint: "vaults_label_check", type: "Vault", fields: ["label"] } }],
	});
});
