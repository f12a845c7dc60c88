// The lane in front of Yoga: answers a plain POST of an operation that is known already, through the same identity, the
// same `execute` and the same last gate, without making a fetch Request and Response of it. It knows HTTP framing only;
// what it does not recognise goes to Yoga untouched. A suite holds both to the same bytes.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type DocumentNode, GraphQLError, getOperationAST, OperationTypeNode } from "graphql";
import type { Config } from "../../config/load-config.ts";
import { rebuildError } from "../../error/rebuild-error.ts";
import type { ClaimsFor } from "../../identity/database-claims.ts";
import type { Identify } from "../../identity/identify.ts";
import type { Observe } from "../../observe/observation.ts";
import { createContext } from "../context.ts";
import { observeFinished } from "../observe-finished.ts";
import { graphqlPath } from "../paths.ts";
import type { OperationResult, Operations } from "../ports.ts";
import type { PublishResult } from "../publish-result.ts";
import { type RequestState, startRequestState } from "../request-state.ts";
import { settleIdentity } from "../settle-identity.ts";
import { type PlainBody, readPlainBody } from "./plain-body.ts";
import { mediaTypeOf } from "./plain-post.ts";

export interface LaneOptions {
	readonly config: Pick<Config, "maxBodyBytes" | "publicUrl">;
	readonly operations: Operations;
	readonly identify: Identify;
	readonly claimsFor: ClaimsFor;
	readonly observe: Observe;
	readonly publish: PublishResult;
	readonly isStopping: () => boolean;
	/** Gives a request to Yoga whose body has been read already. */
	readonly handOver: (request: IncomingMessage, response: ServerResponse, body: string) => void;
}

/** Takes a request and answers it, or gives false and has not touched it. */
export type TakeLane = (request: IncomingMessage, response: ServerResponse) => boolean;

/** What is settled about a request before anything of it runs. */
interface Recognised extends PlainBody {
	readonly document: DocumentNode;
	readonly name: string | null;
	readonly type: string;
}

/** Builds the lane. */
export function createLane(options: LaneOptions): TakeLane {
	return (request, response) => {
		const mediaType = options.isStopping() ? null : mediaTypeOf(request, options.config.maxBodyBytes);
		if (mediaType === null) return false;
		readText(request, (text) => {
			const recognised = recognise(text, options.operations);
			if (recognised === null) options.handOver(request, response, text);
			else void answer({ options, request, response, mediaType }, recognised);
		});
		return true;
	};
}

/** The whole body as text. A client that breaks off gets no answer, and needs none. */
function readText(request: IncomingMessage, done: (text: string) => void): void {
	const chunks: Buffer[] = [];
	request.on("data", (chunk: Buffer) => chunks.push(chunk));
	request.on("end", () => done((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString("utf8")));
	request.on("error", () => request.destroy());
}

function recognise(text: string, operations: Operations): Recognised | null {
	const body = readPlainBody(text);
	const document = body === null ? null : operations.known(body.query);
	if (body === null || document === null) return null;
	const operation = getOperationAST(document, body.operationName);
	if (!operation || operation.operation === OperationTypeNode.SUBSCRIPTION) return null;
	return { ...body, document, name: operation.name?.value ?? null, type: operation.operation };
}

interface Exchange {
	readonly options: LaneOptions;
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	readonly mediaType: string;
}

async function answer({ options, request, response, mediaType }: Exchange, recognised: Recognised): Promise<void> {
	const header = (name: string) => (request.headers[name] as string | undefined) ?? null;
	const state = startRequestState(header("x-request-id"), graphqlPath);
	const result = options.publish(state, await run({ options, state, recognised, header }));
	const status = statusOf(result, mediaType);
	const body = (result.stringify ?? JSON.stringify)(withoutStatus(result));
	response.writeHead(status, {
		"Content-Type": `${mediaType}; charset=utf-8`,
		"content-length": Buffer.byteLength(body),
		"x-request-id": state.requestId,
	});
	response.end(body);
	observeFinished(options.observe, state, status);
}

async function run(from: {
	readonly options: LaneOptions;
	readonly state: RequestState;
	readonly recognised: Recognised;
	readonly header: (name: string) => string | null;
}): Promise<OperationResult> {
	const { options, state, recognised, header } = from;
	const { document, operationName, variables, name, type } = recognised;
	try {
		const siteOrigin = options.config.publicUrl;
		await settleIdentity(state, { get: header }, { identify: options.identify, siteOrigin });
		state.operations.push({ name, type });
		const context = await createContext(state, options.claimsFor);
		return await options.operations.execute({ document, operationName, variables, context });
	} catch (error) {
		return {
			errors: [error instanceof GraphQLError ? error : new GraphQLError("", { originalError: asError(error) })],
		};
	}
}

/** As Yoga reads the notes of response-status.ts: the highest status, where the media type does not keep 200. */
function statusOf({ errors = [] }: OperationResult, mediaType: string): number {
	const noted = errors.flatMap(({ extensions }) => {
		const http = extensions["http"] as { readonly status: number; readonly spec: boolean } | undefined;
		return http === undefined || (http.spec && mediaType === "application/json") ? [] : http.status;
	});
	return noted.length === 0 ? 200 : Math.max(...noted);
}

function withoutStatus(result: OperationResult): OperationResult {
	if (result.errors === undefined || result.errors.length === 0) return result;
	const errors = result.errors.map((error) => {
		const { http: _http, ...extensions } = error.extensions;
		return rebuildError(error, error.message, extensions);
	});
	return { ...result, errors };
}

function asError(thrown: unknown): Error {
	return thrown instanceof Error ? thrown : new Error(String(thrown));
}
