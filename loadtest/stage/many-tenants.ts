// Makes five hundred tenants with ten products each, and the request of each with the rows that are its own.
import { Client } from "pg";
import type { PlannedRequest } from "../plan.ts";
import type { Stage } from "./open-stage.ts";
import { callerToken, operation } from "./people.ts";

const count = 500;
const productsOfEach = 10;
const query = "query Own($limit: Int!) { products(orderBy: [{ name: ASC }], limit: $limit) { id name price } }";

/** Seeds them. @throws Error when a tenant is answered with anything but its own rows */
export async function manyTenants(stage: Stage): Promise<PlannedRequest[]> {
	const tenants = await seed(stage.run.database);
	const requests: PlannedRequest[] = [];
	for (const { id, slug } of tenants) {
		const token = await callerToken(stage.secrets, id);
		const request = operation(stage.run.graphql, token, { query, variables: { limit: productsOfEach } }, "");
		const { method, headers, body } = request;
		const answer = await (await fetch(request.url, { method, headers, body })).text();
		const names = [...answer.matchAll(/"name":"([^"]*)"/g)].map(([, name = ""]) => name);
		if (names.length !== productsOfEach || !names.every((name) => name.startsWith(`${slug} `)))
			throw new Error(`Tenant ${slug} was answered with other rows than its own: ${answer.slice(0, 500)}`);
		requests.push({ ...request, expected: { kind: "whole", text: answer } });
	}
	return requests;
}

interface SeededTenant {
	readonly id: string;
	readonly slug: string;
}

async function seed(databaseUrl: string): Promise<SeededTenant[]> {
	const client = new Client({ connectionString: databaseUrl, application_name: "apprun loadtest" });
	await client.connect();
	try {
		const { rows } = await client.query<SeededTenant>(
			`insert into apprun.tenants (slug, name) select 'load-' || n, 'Load ' || n from generate_series(1, $1::int) as n
			returning id, slug`,
			[count],
		);
		await client.query(
			`insert into api.products (tenant_id, name, price)
			select t.id, t.slug || ' product ' || n, n from apprun.tenants t, generate_series(1, $1::int) as n
			where t.slug like 'load-%'`,
			[productsOfEach],
		);
		await client.query("vacuum analyze api.products");
		return rows;
	} finally {
		await client.end();
	}
}
