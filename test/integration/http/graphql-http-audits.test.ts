// The audits of the GraphQL-over-HTTP specification, against the running server: as nobody, and with a bearer token.
import { serverAudits } from "graphql-http";
import { expect, inject, test } from "vitest";
import { tokenFor } from "../../support/open-app.ts";

const url = inject("stack").graphql;
const token = await tokenFor({ tenant: "acme", role: "owner" });

const as =
	(headers: Record<string, string>) =>
	(input: string, init: RequestInit = {}) =>
		fetch(input, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } });

for (const [who, fetchFn] of [
	["nobody", as({})],
	["an owner", as({ authorization: `Bearer ${token}` })],
] as const) {
	test.each(serverAudits({ url, fetchFn }))(`as ${who}: $id $name`, async ({ fn }) => {
		expect(await fn()).toMatchObject({ status: "ok" });
	});
}
