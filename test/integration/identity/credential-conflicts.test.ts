// Two credentials in one request must name the same person in the same tenant.
import { expect, test, vi } from "vitest";
import { tokenFor } from "../../support/open-app.ts";
import { ask, codes, register } from "../../support/people.ts";

vi.setConfig({ testTimeout: 60_000 });

test("a JWT and a session of the same person pass; of different people they are refused", async () => {
	const [ada, bob] = await Promise.all([register(), register()]);
	const { data } = await ask("{ me { id } }", {}, { ...ada.byJwt, ...ada.bySession });
	expect(data.me.id).toBe(ada.id);
	const mixed = await ask("{ me { id } }", {}, { ...ada.byJwt, ...bob.bySession });
	expect([mixed.status, codes(mixed)]).toEqual([401, ["UNAUTHENTICATED"]]);
	expect(mixed.errors[0]?.message).toContain("two credentials");
});

test("a development token beside somebody's session is refused", async () => {
	const ada = await register();
	const token = await tokenFor({ tenant: "acme", role: "owner" });
	const mixed = await ask("{ me { id } }", {}, { authorization: `Bearer ${token}`, ...ada.bySession });
	expect(codes(mixed)).toEqual(["UNAUTHENTICATED"]);
});

test("a good credential does not make up for a bad one that was sent on purpose", async () => {
	const ada = await register();
	const mixed = await ask("{ me { id } }", {}, { ...ada.byJwt, "x-session-token": "ory_st_unknown" });
	expect(codes(mixed)).toEqual(["UNAUTHENTICATED"]);
});

test("a left over cookie is no reason to refuse a token", async () => {
	const ada = await register();
	const answer = await ask("{ me { id } }", {}, { ...ada.byJwt, cookie: "ory_kratos_session=leftover" });
	expect(answer.data.me.id).toBe(ada.id);
});
