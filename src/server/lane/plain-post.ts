// A request's headers → whether the lane may answer it, and in which media type. It knows a few exact forms of a plain
// POST; everything else, and whatever it does not know, is Yoga's.
import type { IncomingMessage } from "node:http";
import { graphqlPath } from "../paths.ts";

/** Longest body that the lane reads, in bytes: beyond it, reading is the cost and not the framework. */
const longestBody = 65_536;

const json: ReadonlySet<string> = new Set([
	"application/json",
	"application/json; charset=utf-8",
	"application/json;charset=utf-8",
]);

const responseJson = "application/graphql-response+json";

/** Accept headers whose outcome is certain, as Yoga reads them. */
const mediaTypes: ReadonlyMap<string, string> = new Map([
	["*/*", "application/json"],
	["application/json", "application/json"],
	["application/json, */*", "application/json"],
	[responseJson, responseJson],
	[`${responseJson}, application/json`, responseJson],
	[`${responseJson},application/json;q=0.9`, responseJson],
]);

/** Headers that mean something to other parts of the server, or that change how a body is read. */
const foreignHeaders = ["cookie", "idempotency-key", "transfer-encoding", "content-encoding", "expect"];

/** The media type to answer in; null: not a request for the lane. */
export function mediaTypeOf({ method, url, headers }: IncomingMessage, maxBodyBytes: number): string | null {
	if (method !== "POST" || url !== graphqlPath || !json.has(headers["content-type"] ?? "")) return null;
	const length = headers["content-length"];
	if (length === undefined || Number(length) > Math.min(longestBody, maxBodyBytes)) return null;
	if (foreignHeaders.some((name) => headers[name] !== undefined)) return null;
	return mediaTypes.get(headers.accept ?? "*/*") ?? null;
}
