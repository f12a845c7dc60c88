// schema/data.graphql is what the demo database gives, so that a change of the contract shows in review.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { packageRoot } from "../../../src/stack/package-root.ts";

test("schema/data.graphql is what the demo database gives; `npm run schema:write` writes it", () => {
	expect(inject("stack").dataSchema).toBe(readFileSync(join(packageRoot, "schema", "data.graphql"), "utf8"));
});
