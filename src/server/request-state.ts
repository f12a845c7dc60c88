// What the plugins know about one request while it runs: born with its id, gone with the request.
import { randomUUID } from "node:crypto";
import type { ErrorCode } from "../error/catalogue.ts";
import type { Principal } from "../identity/principal.ts";

export interface RequestState {
	/** In the answer's `x-request-id` header and in every log line of the request. */
	readonly requestId: string;
	/** Path of the URL, undecoded. */
	readonly path: string;
	/** Milliseconds of `performance.now()`. */
	readonly startedAt: number;
	/** Null until the identity stage has run. */
	principal: Principal | null;
	/** See RequestContext. */
	readOnly: boolean;
	/** What a request runs: more than one in a batch. */
	readonly operations: { readonly name: string | null; readonly type: string }[];
	readonly errorCodes: ErrorCode[];
}

export interface RequestStates {
	start(request: Request): RequestState;
	/** @throws TypeError for a request that was not started */
	of(request: Request): RequestState;
}

/** A client's own id is kept when it is short and cannot break a log line or a header. */
const acceptableId = /^[A-Za-z0-9._:-]{1,64}$/;

/** The state of a request that begins now. @param given the id that the client wants it to have */
export function startRequestState(given: string | null, path: string): RequestState {
	return {
		requestId: given !== null && acceptableId.test(given) ? given : randomUUID(),
		path,
		startedAt: performance.now(),
		principal: null,
		readOnly: true,
		operations: [],
		errorCodes: [],
	};
}

/** Builds the store that the plugins of one server share. */
export function createRequestStates(): RequestStates {
	const states = new WeakMap<Request, RequestState>();
	return {
		start(request) {
			const state = startRequestState(request.headers.get("x-request-id"), pathOf(request.url));
			states.set(request, state);
			return state;
		},
		of(request) {
			const state = states.get(request);
			if (state === undefined) throw new TypeError("The request was not started; is use-request-id the first plugin?");
			return state;
		},
	};
}

/** The path of an absolute URL, without parsing all of it: this runs for every request. */
function pathOf(url: string): string {
	const start = url.indexOf("/", url.indexOf("://") + 3);
	if (start === -1) return "/";
	const end = url.slice(start).search(/[?#]/);
	return end === -1 ? url.slice(start) : url.slice(start, start + end);
}
