// Runs a mutation once for its Idempotency-Key: a retry gets the first answer, retries at the same time wait for it, and another
// request under the same key is refused. What began and was never answered is not run again: nobody knows what it did.
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { GraphQLError, Source } from "graphql";
import { AppError } from "../error/app-error.ts";
import { LostAnswer } from "../error/lost-answer.ts";
import { catalogueCode, publicError } from "../error/public-error.ts";
import type { Principal } from "../identity/principal.ts";
import { type OperationResult, textResult } from "../response/text-result.ts";
import type { KeptAnswers, KeyedRequest } from "../source/sql/kept-answers.ts";

/** What is asked under a key. */
export interface OnceRequest {
	/** As the client sent it. */
	readonly key: string;
	/** Place of the operation in a batch. */
	readonly place: number;
	readonly principal: Principal;
	readonly requestId: string;
	/** It has one root field: when that failed, nothing was written before it. */
	readonly single: boolean;
	/** Text of the document. */
	readonly text: string;
	readonly operationName: string | null;
	readonly variables: Readonly<Record<string, unknown>>;
}

/** Runs `run`, unless it was run for the same key before. Never throws: the result carries the errors. */
export type RunOnce = (request: OnceRequest, run: () => Promise<OperationResult>) => Promise<OperationResult>;

const firstPauseMs = 20;
const longestPauseMs = 500;

/** @param waitMs how long a retry waits for the first answer */
export function createRunOnce(answers: KeptAnswers, waitMs: number): RunOnce {
	return async (request, run) => {
		try {
			const keyed = keyedRequest(request);
			const kept = await claimOrWait(answers, keyed, waitMs);
			if (kept !== null) return revive(kept, request.text);
			const result = await run();
			await settle(answers, keyed, result, request);
			return result;
		} catch (error) {
			return { errors: [error instanceof GraphQLError ? error : new AppError("INTERNAL", { cause: error })] };
		}
	};
}

function keyedRequest({ key, place, principal, text, operationName, variables }: OnceRequest): KeyedRequest {
	if (!/^[\x21-\x7e]{1,255}$/.test(key))
		throw new AppError("BAD_REQUEST", {
			message: "The Idempotency-Key cannot be used.",
			hint: "Send 1 to 255 visible ASCII characters, such as a UUID.",
		});
	if (principal.kind === "anonymous")
		throw new AppError("UNAUTHENTICATED", {
			message: "An Idempotency-Key belongs to somebody who is signed in.",
			hint: "Sign in, or leave the header out.",
		});
	const asked = JSON.stringify([text, operationName, variables]);
	return {
		owner: { tenantId: principal.tenantId, subject: principal.subject },
		key,
		place,
		fingerprint: createHash("sha256").update(asked).digest("hex"),
	};
}

/** The kept answer; null: this is the first request, and has to run. */
async function claimOrWait(answers: KeptAnswers, keyed: KeyedRequest, waitMs: number): Promise<string | null> {
	const until = performance.now() + waitMs;
	for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
		const claimed = await answers.claim(keyed);
		switch (claimed.kind) {
			case "first":
				return null;
			case "kept":
				return claimed.answer;
			case "other":
				throw new AppError("CONFLICT", {
					message: "This Idempotency-Key was used for another request.",
					hint: "Send the same operation and variables again, or use a new key.",
				});
			case "open":
				if (performance.now() > until) throw undecided();
				await pause(pauseMs);
		}
	}
}

function undecided(): AppError {
	return new AppError("CONFLICT", {
		message: "The first request with this Idempotency-Key began, and nobody knows yet how it ended.",
		hint: "Read what is stored before you write again, with a new key.",
	});
}

/** Keeps what was answered; frees the key where nothing can have been written; leaves it open where nobody knows. */
async function settle(
	answers: KeptAnswers,
	keyed: KeyedRequest,
	result: OperationResult,
	request: OnceRequest,
): Promise<void> {
	const errors = result.errors ?? [];
	if (errors.some((error) => causesOf(error).some((cause) => cause instanceof LostAnswer))) return;
	if (nothingWritten(result, request.single)) await answers.release(keyed);
	else await answers.keep(keyed, preserve(result, request));
}

/** It was refused before it began, or its only field failed for a reason that may pass. */
function nothingWritten({ data, errors = [] }: OperationResult, single: boolean): boolean {
	if (data === undefined) return true;
	return single && errors.some((error) => passing.has(String(error.extensions["code"])));
}

const passing: ReadonlySet<string> = new Set(["UPSTREAM_UNAVAILABLE", "TIMEOUT", "UNAUTHENTICATED", "FORBIDDEN"]);

function causesOf(error: unknown): unknown[] {
	if (!(error instanceof Error)) return [];
	const inner = error instanceof GraphQLError ? causesOf(error.originalError) : [];
	return [error.cause, ...inner];
}

interface Preserved {
	/** JSON text. */
	readonly data: string;
	readonly errors: readonly {
		readonly message: string;
		readonly path: readonly (string | number)[] | null;
		readonly positions: readonly number[] | null;
		readonly extensions: Readonly<Record<string, unknown>>;
	}[];
}

function preserve(result: OperationResult, { requestId }: OnceRequest): string {
	const bare = { ...result, errors: [] };
	const text = result.stringify?.(bare) ?? JSON.stringify({ data: result.data });
	const errors = (result.errors ?? []).map((thrown) => {
		const { error } = publicError(thrown, { requestId, hideSuggestions: true });
		const { http: _http, ...extensions } = error.extensions;
		return { message: error.message, path: error.path ?? null, positions: error.positions ?? null, extensions };
	});
	const kept: Preserved = { data: text.slice('{"data":'.length, -1), errors };
	return JSON.stringify(kept);
}

function revive(answer: string, text: string): OperationResult {
	const { data, errors } = JSON.parse(answer) as Preserved;
	const source = new Source(text);
	return textResult(
		data,
		errors.map(({ message, path, positions, extensions }) => {
			const { code, hint, ...rest } = extensions;
			return new AppError(
				catalogueCode(code) ?? "INTERNAL",
				{ message, hint: String(hint), extensions: rest },
				{ path, source, positions },
			);
		}),
	);
}
