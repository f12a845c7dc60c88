// examples/client: the types are what the demo's schema gives, and the client that is written with them works.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { cheapProducts } from "../../../examples/client/client.ts";
import { generateTypes } from "../../../examples/client/generate.ts";
import { packageRoot } from "../../../src/stack/package-root.ts";
import { tokenFor } from "../../support/open-app.ts";

test("types.ts is what the operations and the schema give; `examples/client/generate.ts` writes it", async () => {
	const committed = await readFile(join(packageRoot, "examples", "client", "types.ts"), "utf8");
	expect(await generateTypes(inject("stack").dataSchema)).toBe(committed);
});

test("the client asks with them", async () => {
	const token = (await tokenFor({ tenant: "acme", role: "reader" })) ?? "";
	const products = await cheapProducts({ url: inject("stack").graphql, token }, { below: "20" });
	expect(products).toHaveLength(3);
	for (const { price, category } of products) {
		expect(Number(price)).toBeLessThan(20);
		expect(category === null || typeof category.name === "string").toBe(true);
	}
});
