// The imports named `host` (and AssemblyScript's `env.abort`): everything that a function may ask of apprun.
import type { CallState } from "./call-state.ts";
import type { HostCallReply } from "./protocol.ts";

/** Runs a GraphQL operation as the caller. */
export type AskGraphql = (query: string, variables: string) => Promise<HostCallReply>;

const encoder = new TextEncoder();
const utf16 = new TextDecoder("utf-16le");

/**
 * `host.log(ptr, len)`, `host.fail(ptr, len)`, `host.graphql(query, len, variables, len) -> reply length` and
 * `host.reply(ptr)`, which copies the last reply into memory that the guest has made room in.
 */
export function hostImports(state: CallState, askGraphql: AskGraphql): WebAssembly.ModuleImports {
	const graphql = async (query: number, queryLength: number, variables: number, variablesLength: number) => {
		const bytes = (queryLength >>> 0) + (variablesLength >>> 0);
		if (bytes > state.limits.replyBytes)
			state.fail("QUERY_TOO_LARGE", `it has ${bytes} bytes of at most ${state.limits.replyBytes}`);
		const reply = await askGraphql(
			state.text(query, queryLength, "the query"),
			state.text(variables, variablesLength, "the text of the variables"),
		);
		if (reply.kind === "stop") state.fail(reply.code, reply.detail);
		state.reply = encoder.encode(reply.text);
		if (state.reply.length > state.limits.replyBytes)
			state.fail("REPLY_TOO_LARGE", `the reply has ${state.reply.length} bytes of at most ${state.limits.replyBytes}`);
		return state.reply.length;
	};
	return {
		log: (pointer: number, length: number) => state.log(state.text(pointer, length, "a log line")),
		fail: (pointer: number, length: number) =>
			state.fail("FAILED_BY_FUNCTION", state.text(pointer, length, "the reason")),
		// Without JSPI runCall refuses modules that import it.
		graphql: typeof WebAssembly.Suspending === "function" ? new WebAssembly.Suspending(graphql) : graphql,
		reply: (pointer: number) => {
			state.slice(pointer, state.reply.length).set(state.reply);
			state.reply = new Uint8Array();
		},
	};
}

/** Names that a module may import from `host`. */
export const hostNames: ReadonlySet<string> = new Set(["log", "fail", "graphql", "reply"]);

/** AssemblyScript's `abort(message, file, line, column)`: strings are UTF-16 with their byte length before them. */
export function abortImport(state: CallState): (message: number, file: number, line: number, column: number) => void {
	const string = (pointer: number): string => {
		if (pointer === 0) return "";
		const length = state.view().getUint32((pointer >>> 0) - 4, true);
		return utf16.decode(state.slice(pointer, length));
	};
	return (message, file, line, column) => {
		state.fail("TRAP", `abort: ${string(message)} in ${string(file)}:${line}:${column}`);
	};
}
