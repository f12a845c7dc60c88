// What becomes of an Idempotency-Key when its mutation fails: kept, free again, or never run again. The store here is a map; the
// one in Postgres is tested in test/integration/http.
import { GraphQLError } from "graphql";
import { expect, test } from "vitest";
import { AppError } from "../../../src/error/app-error.ts";
import type { ErrorCode } from "../../../src/error/catalogue.ts";
import { LostAnswer } from "../../../src/error/lost-answer.ts";
import { createRunOnce, type OnceRequest } from "../../../src/operation/run-once.ts";
import type { OperationResult } from "../../../src/response/text-result.ts";
import type { KeptAnswers } from "../../../src/source/sql/kept-answers.ts";

function memory(): KeptAnswers {
	const rows = new Map<string, { readonly fingerprint: string; readonly answer: string | null }>();
	return {
		async claim({ key, fingerprint }) {
			const row = rows.get(key);
			if (row === undefined) {
				rows.set(key, { fingerprint, answer: null });
				return { kind: "first" };
			}
			if (row.fingerprint !== fingerprint) return { kind: "other" };
			return row.answer === null ? { kind: "open" } : { kind: "kept", answer: row.answer };
		},
		keep: async ({ key, fingerprint }, answer) => void rows.set(key, { fingerprint, answer }),
		release: async ({ key }) => void rows.delete(key),
		close: async () => {},
	};
}

const request: OnceRequest = {
	key: "k",
	place: 0,
	principal: {
		kind: "user",
		subject: "ada",
		tenantId: "t",
		roles: ["owner"],
		expiresAt: 0,
		credential: "development-jwt",
	},
	requestId: "r",
	single: true,
	text: "mutation { a }",
	operationName: null,
	variables: {},
};

const failed = (code: ErrorCode, cause: unknown, data?: Record<string, unknown> | null): OperationResult => {
	const originalError = new AppError(code, { cause });
	const error = new GraphQLError(originalError.message, {
		originalError,
		path: ["a"],
		extensions: originalError.extensions,
	});
	return data === undefined ? { errors: [error] } : { errors: [error], data };
};

const lost = new LostAnswer(new Error("reset"));
test.each<[string, OperationResult, "first answer" | "runs again" | "CONFLICT"]>([
	["it was refused before it began", failed("FORBIDDEN", undefined), "runs again"],
	["no connection was had", failed("UPSTREAM_UNAVAILABLE", new Error("ECONNREFUSED"), null), "runs again"],
	["the database undid it", failed("TIMEOUT", new Error("57014"), { a: null }), "runs again"],
	["the answer was lost", failed("UPSTREAM_UNAVAILABLE", lost, null), "CONFLICT"],
	["the answer was late", failed("TIMEOUT", lost, { a: null }), "CONFLICT"],
	["the database refused it for good", failed("CONSTRAINT_VIOLATION", new Error("23514"), null), "first answer"],
])("%s", async (_name, result, then) => {
	const runOnce = createRunOnce(memory(), 0);
	await runOnce(request, async () => result);
	const again = await runOnce(request, async () => ({ data: { again: true } }));
	if (then === "runs again") expect(again).toEqual({ data: { again: true } });
	if (then === "CONFLICT") expect(again.errors?.[0]?.extensions["code"]).toBe("CONFLICT");
	if (then === "first answer") {
		expect(again.data).toEqual(result.data);
		expect(again.errors?.map(({ message, path }) => ({ message, path }))).toEqual([
			{ message: result.errors?.[0]?.message, path: ["a"] },
		]);
	}
});

// A null of a field that may not be null takes the whole answer with it, also what an earlier field wrote.
test("one of several fields failed: the first answer is kept, since an earlier one may have written", async () => {
	const runOnce = createRunOnce(memory(), 0);
	const several = { ...request, single: false };
	await runOnce(several, async () => failed("TIMEOUT", new Error("57014"), null));
	const again = await runOnce(several, async () => ({ data: { again: true } }));
	expect(again).toMatchObject({ data: null, errors: [{ path: ["a"] }] });
});
