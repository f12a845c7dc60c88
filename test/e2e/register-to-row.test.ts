// The owner's scenario, over HTTP against the real stack: from registering to a row, and to nobody else's.
import { expect, test } from "vitest";
import { ask, codes, inviteTo, newEmail, register } from "../support/people.ts";

const create = `mutation ($name: String!) { createProduct(input: { name: $name }) { id name } }`;
const list = "{ products { name } }";

test("register, see nothing, create a product, see it; a stranger sees none of it, an invited colleague does", async () => {
	const ada = await register({ name: "Ada", tenantName: "Lamps and more" });
	expect((await ask("{ me { email roles tenant { name } } }", {}, ada.byJwt)).data.me).toEqual({
		email: ada.email,
		roles: ["owner"],
		tenant: { name: "Lamps and more" },
	});
	expect((await ask(list, {}, ada.byJwt)).data.products).toEqual([]);
	expect((await ask(create, { name: "Lamp" }, ada.byJwt)).data.createProduct).toMatchObject({ name: "Lamp" });
	expect((await ask(list, {}, ada.byJwt)).data.products).toEqual([{ name: "Lamp" }]);
	expect((await ask(list, {}, ada.bySession)).data.products).toEqual([{ name: "Lamp" }]);

	const stranger = await register();
	expect(stranger.tenantId).not.toBe(ada.tenantId);
	expect((await ask(list, {}, stranger.byJwt)).data.products).toEqual([]);

	const email = newEmail("bob");
	const bob = await register({ email, invitation: await inviteTo(ada, email, "editor") });
	expect(bob.tenantId).toBe(ada.tenantId);
	expect((await ask(list, {}, bob.byJwt)).data.products).toEqual([{ name: "Lamp" }]);

	expect((await ask("mutation { logout }", {}, ada.byJwt)).data.logout).toBe(true);
	for (const credential of [ada.byJwt, ada.bySession]) {
		const refused = await ask(list, {}, credential);
		expect([refused.status, codes(refused)]).toEqual([401, ["UNAUTHENTICATED"]]);
	}
	expect((await ask(list, {}, bob.byJwt)).data.products).toEqual([{ name: "Lamp" }]);
});
