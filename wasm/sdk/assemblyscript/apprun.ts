// What a function written in AssemblyScript needs: `alloc`, the host's imports, JSON text in and out.
//
//   import { alloc, answer, fail, quote, textOf } from "../sdk/assemblyscript/apprun";
//   export { alloc };
//   export function handle(pointer: usize, length: i32): i64 { return answer('{"got":' + input(pointer, length) + "}"); }

// @ts-ignore: decorator
@external("host", "log")
declare function hostLog(pointer: usize, length: i32): void;
// @ts-ignore: decorator
@external("host", "fail")
declare function hostFail(pointer: usize, length: i32): void;
// @ts-ignore: decorator
@external("host", "graphql")
declare function hostGraphql(query: usize, queryLength: i32, variables: usize, variablesLength: i32): i32;
// @ts-ignore: decorator
@external("host", "reply")
declare function hostReply(room: usize): void;

/** Makes room for the input; the host calls it before `handle`. It is never given back: memory ends with the call. */
export function alloc(length: i32): usize {
	return heap.alloc(length);
}

/** The input as text. */
export function input(pointer: usize, length: i32): string {
	return String.UTF8.decodeUnsafe(pointer, length);
}

/** What `handle` returns: the answer, JSON text. */
export function answer(json: string): i64 {
	const bytes = String.UTF8.encode(json);
	const pointer = heap.alloc(bytes.byteLength);
	memory.copy(pointer, changetype<usize>(bytes), bytes.byteLength);
	return ((pointer as i64) << 32) | bytes.byteLength;
}

/** Writes a line to the log of this call. */
export function log(text: string): void {
	const bytes = String.UTF8.encode(text);
	hostLog(changetype<usize>(bytes), bytes.byteLength);
}

/** Ends the call as FAILED with this reason. */
export function fail(reason: string): void {
	const bytes = String.UTF8.encode(reason);
	hostFail(changetype<usize>(bytes), bytes.byteLength);
}

/** Runs a GraphQL operation as whoever invoked the function; gives the result as JSON text. */
export function graphql(query: string, variables: string): string {
	const text = String.UTF8.encode(query);
	const values = String.UTF8.encode(variables);
	const length = hostGraphql(changetype<usize>(text), text.byteLength, changetype<usize>(values), values.byteLength);
	const room = heap.alloc(length);
	hostReply(room);
	return String.UTF8.decodeUnsafe(room, length);
}

/** The text of a JSON string, such as `"a\n"`; null when it is none. */
export function textOf(json: string): string | null {
	const source = json.trim();
	if (source.length < 2 || source.charCodeAt(0) != 0x22 || source.charCodeAt(source.length - 1) != 0x22) return null;
	let text = "";
	for (let index = 1; index < source.length - 1; index++) {
		if (source.charCodeAt(index) != 0x5c) {
			text += source.charAt(index);
			continue;
		}
		const escape = source.charAt(++index);
		if (escape == "u") {
			text += String.fromCharCode(<i32>parseInt(source.substr(index + 1, 4), 16));
			index += 4;
		} else if (escape == "n") text += "\n";
		else if (escape == "t") text += "\t";
		else if (escape == "r") text += "\r";
		else if (escape == "b") text += "\b";
		else if (escape == "f") text += "\f";
		else text += escape;
	}
	return text;
}

/** A text as a JSON string. */
export function quote(text: string): string {
	let json = '"';
	for (let index = 0; index < text.length; index++) {
		const code = text.charCodeAt(index);
		if (code == 0x22 || code == 0x5c) json += "\\" + text.charAt(index);
		else if (code < 0x20) json += "\\u00" + (code < 0x10 ? "0" : "") + code.toString(16);
		else json += text.charAt(index);
	}
	return json + '"';
}
