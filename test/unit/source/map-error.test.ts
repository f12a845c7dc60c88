// Error answers of PostgREST that a test cannot bring about at will, as they were seen.
import { expect, it } from "vitest";
import { mapError } from "../../../src/source/postgrest/map-error.ts";

const plan = { kind: "read" } as Parameters<typeof mapError>[0];

it("a connection to Postgres that broke in the middle of a statement is an outage, not a fault", () => {
	const body = '{"code":"","details":null,"hint":null,"message":""}';
	expect(mapError(plan, { status: 400, head: "", body }).code).toBe("UPSTREAM_UNAVAILABLE");
});

it("an error without any code is a fault", () => {
	expect(mapError(plan, { status: 400, head: "", body: "<html>" }).code).toBe("INTERNAL");
});
