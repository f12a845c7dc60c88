// The owner's scenario, over HTTP on the real stack: register, login, an empty product list, create a product, deploy
// process_product, invoke it with the product's id: the status is SUCCESS and the product is changed, as whoever invoked
// it. Another tenant can neither see nor invoke the function.
import { expect, test } from "vitest";
import { readExample } from "../support/functions/examples.ts";
import { ask as askOverHttp, codes, logIn, type Registered, register } from "../support/people.ts";

const ask = (person: Registered, query: string, variables: Record<string, unknown> = {}) =>
	askOverHttp(query, variables, person.byJwt);

const invoke =
	'mutation ($id: ID!) { invokeFunction(name: "process_product", input: { id: $id }) { status output error { code message } logs } }';

test("a product is processed by a deployed function, for its own tenant only", async () => {
	const { email } = await register();
	const owner = await logIn(email);
	const stranger = await register();
	expect((await ask(owner, "{ products { id } }")).data).toEqual({ products: [] });

	const created = await ask(owner, 'mutation { createProduct(input: { name: "Reading lamp" }) { id description } }');
	const id = created.data.createProduct.id;
	expect(created.data.createProduct.description).toBeNull();

	const module = Buffer.from(readExample("process_product").bytes).toString("base64");
	const deploy = "mutation ($input: DeployFunctionInput!) { deployFunction(input: $input) { name version entry } }";
	const deployed = await ask(owner, deploy, { input: { name: "process_product", module } });
	expect(deployed.data.deployFunction).toEqual({ name: "process_product", version: 1, entry: "handle(JSON)" });

	const description = "Processed: Reading lamp, 2 words, 12 characters";
	const invoked = await ask(owner, invoke, { id });
	expect(invoked.data.invokeFunction).toEqual({
		status: "SUCCESS",
		output: { status: "success", id, name: "Reading lamp", description },
		error: null,
		logs: [`processed ${id}`],
	});
	const read = await ask(owner, "query ($id: UUID!) { product(id: $id) { name description } }", { id });
	expect(read.data.product).toEqual({ name: "Reading lamp", description });

	const seen = await ask(stranger, '{ function(name: "process_product") { name } }');
	expect(seen.data).toEqual({ function: null });
	expect(codes(await ask(stranger, invoke, { id }))).toEqual(["NOT_FOUND"]);

	// Their own copy of the same module finds no product of another tenant, and changes nothing.
	await ask(stranger, deploy, { input: { name: "process_product", module } });
	expect((await ask(stranger, invoke, { id })).data.invokeFunction).toMatchObject({
		status: "FAILED",
		error: { code: "FAILED_BY_FUNCTION", message: expect.stringContaining("there is no product") },
	});
	await ask(owner, `mutation { updateProduct(id: "${id}", patch: { description: "mine" }) { id } }`);
	const again = await ask(owner, invoke, { id });
	expect(again.data.invokeFunction).toMatchObject({ output: { description: "Processed: mine" } });
});
