// A sign-in that a browser sends to Kratos through us: held to the same limit and the same grid of time as one over GraphQL.
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../../error/app-error.ts";
import { sessionCookieName } from "../credential.ts";
import { isRecord } from "../tenancy/assignment.ts";
import { untilGrid } from "./sign-in.ts";
import type { SignInAttempts } from "./sign-in-attempts.ts";

/** A form as it was sent. */
export interface SentForm {
	readonly contentType: string | null;
	readonly body: Buffer;
}

/**
 * Passes a sign-in on, unless too many were refused.
 * @param send gives Kratos the form and answers with what Kratos says
 */
export async function passSignIn(
	form: SentForm,
	attempts: SignInAttempts,
	send: (body: Buffer) => Promise<Response>,
): Promise<Response> {
	const startedAt = performance.now();
	const read = readForm(form);
	if (read === null) return Response.json({ error: { reason: "The form cannot be read." } }, { status: 400 });
	const { email, body } = read;
	try {
		if (email !== null) attempts.require(email);
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		const reason = `${error.message} ${String(error.extensions["hint"])}`;
		const headers = { "retry-after": String(error.extensions["retryAfterSeconds"]) };
		return Response.json({ error: { reason } }, { status: 429, headers });
	}
	const answer = await send(body);
	if (isAccepted(answer)) {
		if (email !== null) attempts.succeeded(email);
		return answer;
	}
	if (email !== null && answer.status < 500) attempts.refused(email);
	// A wrong password takes longer than an unknown address; see sign-in.ts.
	await pause(untilGrid(performance.now() - startedAt));
	return answer;
}

/** 200, or 422 where a second factor follows; a plain form is redirected either way, but with a session only then. */
function isAccepted({ status, headers }: Response): boolean {
	if (status === 200 || status === 422) return true;
	return status < 400 && headers.getSetCookie().some((cookie) => cookie.startsWith(`${sessionCookieName}=`));
}

/**
 * The address that a form is about, and the form as it is sent on: written anew, so that a field that is there twice cannot
 * mean one thing here and another at Kratos. Null: it is no form.
 */
function readForm({ contentType, body }: SentForm): { readonly email: string | null; readonly body: Buffer } | null {
	const text = body.toString("utf8");
	if (contentType?.includes("json") === true) {
		const values = parseJson(text);
		if (values === null) return null;
		return { email: emailOf((name) => values[name]), body: Buffer.from(JSON.stringify(values)) };
	}
	const fields = new Map(new URLSearchParams(text));
	return { email: emailOf((name) => fields.get(name)), body: Buffer.from(new URLSearchParams([...fields]).toString()) };
}

function parseJson(text: string): Record<string, unknown> | null {
	try {
		const values: unknown = JSON.parse(text);
		return isRecord(values) ? values : null;
	} catch {
		return null;
	}
}

/** Kratos takes an older name of the field, too. */
function emailOf(field: (name: string) => unknown): string | null {
	const given = [field("identifier"), field("password_identifier")];
	const found = given.find((value) => typeof value === "string" && value !== "");
	return typeof found === "string" ? found : null;
}
