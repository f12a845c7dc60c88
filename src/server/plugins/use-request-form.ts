// Phase: before the body is read. Lets through the request forms that are offered, and makes a GraphQL error of
// whatever cannot be read. POST is JSON, or an upload with a header of its own: a browser sends form and plain text bodies
// across origins unasked, but no header that it does not know.
import { GraphQLError } from "graphql";
import { AppError } from "../../error/app-error.ts";
import { parseBody } from "../parse-body.ts";
import type { ServerPlugin } from "../ports.ts";

/** https://github.com/jaydenseric/graphql-multipart-request-spec */
const upload = /^multipart\/form-data\s*;/i;
/** Names that clients of that specification already send. */
const preflightHeaders = ["graphql-require-preflight", "apollo-require-preflight", "x-graphql-yoga-csrf"];
const json = /^application\/(graphql\+)?json\s*(;|$)/i;

export function useRequestForm(): ServerPlugin {
	return {
		onRequestParse({ request, requestParser, setRequestParser }) {
			if (request.method === "POST") refuseOtherForms(request.headers);
			if (requestParser === undefined) return;
			setRequestParser(async (body) => {
				body.json = async () => parseBody(await body.text());
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

function refuseOtherForms(headers: Headers): void {
	const type = headers.get("content-type") ?? "";
	if (json.test(type)) return;
	if (!upload.test(type))
		throw refusal(415, "The body of a POST must be JSON.", "Send the header `content-type: application/json`.");
	if (!preflightHeaders.some((name) => headers.get(name)))
		throw refusal(
			415,
			"An upload needs a header that no other site can make a browser send.",
			`Send the header \`${preflightHeaders[0]}: 1\` with it.`,
		);
}

function refusal(status: number, message: string, hint: string, cause?: unknown): AppError {
	return new AppError("BAD_REQUEST", { message, hint, cause, extensions: { http: { status } } });
}
