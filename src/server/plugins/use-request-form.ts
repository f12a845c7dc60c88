// Phase: before the body is read. Lets through the request forms that are offered, and makes a GraphQL error of
// whatever cannot be read. POST is JSON only: a browser sends form and plain text bodies across origins unasked.
import { GraphQLError } from "graphql";
import { AppError } from "../../error/app-error.ts";
import type { ServerPlugin } from "../ports.ts";

const json = /^application\/(graphql\+)?json\s*(;|$)/i;

export function useRequestForm(): ServerPlugin {
	return {
		onRequestParse({ request, requestParser, setRequestParser }) {
			if (request.method === "POST" && !json.test(request.headers.get("content-type") ?? "")) {
				throw refusal(415, "The body of a POST must be JSON.", "Send the header `content-type: application/json`.");
			}
			if (requestParser === undefined) return;
			setRequestParser(async (body) => {
				try {
					return await requestParser(body);
				} catch (cause) {
					if (cause instanceof GraphQLError) throw cause;
					throw refusal(
						400,
						"The request could not be read.",
						"Send `variables` and `extensions` as JSON objects.",
						cause,
					);
				}
			});
			return {
				onRequestParseDone({ requestParserResult }) {
					if (Array.isArray(requestParserResult) && requestParserResult.length === 0) {
						throw refusal(400, "The batch is empty.", "Send at least one operation.");
					}
				},
			};
		},
	};
}

function refusal(status: number, message: string, hint: string, cause?: unknown): AppError {
	return new AppError("BAD_REQUEST", { message, hint, cause, extensions: { http: { status } } });
}
