// The scalar WasmModule: base64 text becomes bytes, an uploaded file stays a file. Refuses what is neither.
import { GraphQLScalarType, Kind } from "graphql";

export const wasmModule: GraphQLScalarType<Uint8Array | Blob, never> = new GraphQLScalarType({
	name: "WasmModule",
	description: "A WebAssembly module: its bytes in base64, or an uploaded file.",
	serialize() {
		throw new TypeError("A module is not given out.");
	},
	parseValue: (value) => (isFile(value) ? value : decode(value)),
	parseLiteral: (node) => decode(node.kind === Kind.STRING ? node.value : null),
});

/** Yoga's files need not be of Node's own class. */
const isFile = (value: unknown): value is Blob =>
	typeof value === "object" && value !== null && "arrayBuffer" in value && typeof value.arrayBuffer === "function";

function decode(value: unknown): Uint8Array {
	// Node's decoder skips what is no base64; a mistake should be named instead.
	if (typeof value === "string" && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)) return Buffer.from(value, "base64");
	// Not an AppError: graphql-js then adds the argument and its place.
	throw new TypeError("A module is written as base64, or sent as a file of a multipart request.");
}
