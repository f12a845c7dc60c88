// A person with a second factor is signed in only after using it.
import { createHmac } from "node:crypto";
import { expect, test, vi } from "vitest";
import { runFlow } from "../../support/kratos.ts";
import { ask, codes, logIn, loginMutation, password, register } from "../../support/people.ts";

vi.setConfig({ testTimeout: 60_000 });

/** RFC 6238 with SHA-1, 30 s, 6 digits; the secret in base32. */
function totp(secret: string): string {
	const bits = [...secret.replace(/=+$/, "")]
		.map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
		.join("");
	const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
	const digest = createHmac("sha1", key).update(counter).digest();
	const offset = (digest.at(-1) ?? 0) & 15;
	return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("the session of the password alone is refused, and says what is missing", async () => {
	const ada = await register();
	const { kratos } = await import("../../support/kratos.ts");
	const headers = {
		"content-type": "application/json",
		accept: "application/json",
		"x-session-token": ada.sessionToken,
	};
	const flow = await (await fetch(`${kratos().publicUrl}/self-service/settings/api`, { headers })).json();
	const node = flow.ui.nodes.find((one: { attributes: { id?: string } }) => one.attributes.id === "totp_secret_key");
	const enrolled = await fetch(`${kratos().publicUrl}/self-service/settings?flow=${flow.id}`, {
		method: "POST",
		headers,
		body: JSON.stringify({ method: "totp", totp_code: totp(node.attributes.text.context.secret) }),
	});
	expect(enrolled.status, await enrolled.clone().text()).toBe(200);

	const half = await ask(loginMutation, { input: { email: ada.email, password } });
	expect(codes(half)).toEqual(["UNAUTHENTICATED"]);
	const native = await runFlow("login", { method: "password", identifier: ada.email, password });
	const refused = await ask("{ me { id } }", {}, { "x-session-token": native.body.session_token });
	expect([refused.status, codes(refused)]).toEqual([401, ["UNAUTHENTICATED"]]);
	expect(refused.errors[0]?.message).toBe("The session lacks its second factor.");
	await expect(logIn(ada.email)).rejects.toThrow("second factor");
});
