// Phase: before the body is read, and before the answer is written. A client that accepts no form of answer that we have
// is told so, before its operation could write anything.
import { AppError } from "../../error/app-error.ts";
import type { ServerPlugin } from "../ports.ts";

/** What Yoga can answer with. */
const offered: ReadonlySet<string> = new Set([
	"*/*",
	"application/*",
	"application/json",
	"application/graphql-response+json",
	"text/*",
	"text/event-stream",
	"multipart/*",
	"multipart/mixed",
]);

export function useNotAcceptable(): ServerPlugin {
	return {
		onRequestParse({ request }) {
			if (acceptsUs(request.headers.get("accept"))) return;
			throw new AppError("BAD_REQUEST", {
				message: "None of the media types in the Accept header is offered.",
				hint: "Accept application/graphql-response+json or application/json.",
				extensions: { http: { status: 406 } },
			});
		},
		onResultProcess({ resultProcessor, setResultProcessor }) {
			// Yoga has no form for the error above; it goes out as JSON all the same.
			if (resultProcessor !== undefined) return;
			setResultProcessor((result, fetchAPI) => {
				const errors = "errors" in result ? (result.errors ?? []) : [];
				const shown = errors.map(({ message, extensions: { http: _http, ...extensions } }) => ({
					message,
					extensions,
				}));
				return fetchAPI.Response.json({ errors: shown }, { status: 406 });
			}, "application/json");
		},
	};
}

/** Reads the header as Yoga does: parameters other than a foreign charset do not matter. */
function acceptsUs(accept: string | null): boolean {
	if (accept === null || accept === "") return true;
	return accept
		.toLowerCase()
		.replace(/\s/g, "")
		.split(",")
		.some((range) => {
			const [mediaType = "", ...parameters] = range.split(";");
			const charset = parameters.find((parameter) => parameter.startsWith("charset="));
			return offered.has(mediaType) && (charset === undefined || charset === "charset=utf-8");
		});
}
