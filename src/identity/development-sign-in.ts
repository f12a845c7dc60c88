// Takes the signing key and the owner's database, gives whom a developer may sign in as: every tenant that is there, in
// the roles that apprun ships. Never built in production or for an external stack (they have no such key).
import { Client } from "pg";

/** Signing in as anybody, for GraphiQL on a developer's machine. */
export interface DevelopmentSignIn {
	/** Secret that development tokens are signed with. */
	readonly secret: string;
	/** Tenants to choose from, by name. */
	readonly tenants: () => Promise<readonly DevelopmentTenant[]>;
	/** Roles to choose from; the first one is the default. */
	readonly roles: readonly string[];
}

export interface DevelopmentTenant {
	/** UUID. */
	readonly id: string;
	readonly name: string;
}

const roles = Object.freeze(["owner", "editor", "reader"]);
/** More than these would not fit into a list to choose from. */
const mostTenants = 100;

/** Builds the sign-in; the database is asked each time, because tenants come and go. */
export function createDevelopmentSignIn(secret: string, databaseUrl: string): DevelopmentSignIn {
	const tenants = async (): Promise<readonly DevelopmentTenant[]> => {
		const client = new Client({ connectionString: databaseUrl, application_name: "apprun sign-in" });
		await client.connect();
		try {
			const { rows } = await client.query<DevelopmentTenant>(
				"select id, slug as name from apprun.tenants where suspended_at is null order by created_at, slug limit $1",
				[mostTenants],
			);
			return rows;
		} finally {
			await client.end();
		}
	};
	return { secret, tenants, roles };
}
