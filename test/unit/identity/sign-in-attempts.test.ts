// The limit on refused attempts to sign in: per address, for a while, and the same for addresses that nobody has.
import { expect, test } from "vitest";
import { AppError } from "../../../src/error/app-error.ts";
import { createSignInAttempts } from "../../../src/identity/kratos/sign-in-attempts.ts";

function make(most: number) {
	let now = 0;
	const attempts = createSignInAttempts({ most, windowMs: 60_000 }, () => now);
	const code = (email: string) => {
		try {
			attempts.require(email);
			return null;
		} catch (error) {
			return error instanceof AppError ? error.code : error;
		}
	};
	const refuse = (email: string, times: number) => {
		for (let time = 0; time < times; time++) attempts.refused(email);
	};
	return { attempts, code, refuse, pass: (ms: number) => (now += ms) };
}

test("after so many refusals, further attempts are refused until the window has passed since the first", () => {
	const { code, refuse, pass } = make(3);
	refuse("ada@people.example", 2);
	expect(code("ada@people.example")).toBeNull();
	pass(30_000);
	refuse("ada@people.example", 1);
	expect(code("ada@people.example")).toBe("LIMIT_EXCEEDED");
	expect(code("bob@people.example")).toBeNull();
	pass(29_999);
	expect(code("ada@people.example")).toBe("LIMIT_EXCEEDED");
	pass(1);
	expect(code("ada@people.example")).toBeNull();
	refuse("ada@people.example", 1);
	expect(code("ada@people.example")).toBeNull();
});

test("an address is the same in capitals and with blanks around it", () => {
	const { code, refuse } = make(2);
	refuse("ada@people.example", 1);
	refuse(" Ada@People.Example ", 1);
	expect(code("ADA@people.example")).toBe("LIMIT_EXCEEDED");
});

test("who signs in begins anew", () => {
	const { attempts, code, refuse } = make(2);
	refuse("ada@people.example", 1);
	attempts.succeeded("ada@people.example");
	refuse("ada@people.example", 1);
	expect(code("ada@people.example")).toBeNull();
});

test("the refusal says when to try again", () => {
	const { attempts, refuse, pass } = make(1);
	refuse("ada@people.example", 1);
	pass(18_500);
	expect(() => attempts.require("ada@people.example")).toThrow(
		expect.objectContaining({ extensions: expect.objectContaining({ retryAfterSeconds: 42 }) }),
	);
});

test("0 is no limit", () => {
	const { code, refuse } = make(0);
	refuse("ada@people.example", 1000);
	expect(code("ada@people.example")).toBeNull();
});
