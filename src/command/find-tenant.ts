// A tenant as a person names it on the command line, by slug or by id → its id.
import type { Config } from "../config/load-config.ts";
import { listTenants } from "../identity/list-tenants.ts";
import { StackError } from "../stack/stack-error.ts";
import { findDatabase } from "./find-database.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Id of a tenant. @throws StackError naming the known ones */
export async function findTenant(config: Config, tenant: string): Promise<string> {
	if (uuid.test(tenant)) return tenant;
	const tenants = await listTenants(findDatabase(config));
	const found = tenants.find(({ slug }) => slug === tenant);
	if (found !== undefined) return found.id;
	const known = tenants.slice(0, 10).map(({ slug }) => slug);
	throw new StackError(
		`There is no tenant ${tenant}.`,
		known.length === 0 ? "There are none yet." : `Known ones: ${known.join(", ")}.`,
	);
}
