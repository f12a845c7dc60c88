// The files of GraphiQL: name → bytes, compressed once and kept. They come out of an npm package and this folder; a page
// of ours loads nothing from anywhere else.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

export interface Asset {
	readonly contentType: string;
	/** Strong validator of HTTP. */
	readonly etag: string;
	readonly gzipped: Uint8Array<ArrayBuffer>;
	/** The same uncompressed, for the rare client that cannot. */
	readonly plain: () => Promise<Uint8Array<ArrayBuffer>>;
}

const javascript = "text/javascript; charset=utf-8";
const stylesheet = "text/css; charset=utf-8";

type PackageText = "js" | "css" | "editorWorkerService" | "jsonWorker" | "graphqlWorker";

/** Nine megabytes of text: loaded when the first browser comes. */
async function fromPackage(name: PackageText): Promise<string> {
	return (await import("@graphql-yoga/render-graphiql/graphiql"))[name];
}

const besideThisFile = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), "utf8");

const sources: Readonly<Record<string, { contentType: string; text: () => Promise<string> }>> = {
	"graphiql.js": { contentType: javascript, text: () => fromPackage("js") },
	"graphiql.css": { contentType: stylesheet, text: () => fromPackage("css") },
	"editor.worker.js": { contentType: javascript, text: () => fromPackage("editorWorkerService") },
	"json.worker.js": { contentType: javascript, text: () => fromPackage("jsonWorker") },
	"graphql.worker.js": { contentType: javascript, text: () => fromPackage("graphqlWorker") },
	"page.js": { contentType: javascript, text: () => besideThisFile("page.js") },
	"page.css": { contentType: stylesheet, text: () => besideThisFile("page.css") },
};

/** Gives a file by its name; null: there is none. */
export type FindAsset = (name: string) => Promise<Asset> | null;

/** Builds the lookup; each file is prepared at its first request. */
export function createAssets(): FindAsset {
	const prepared = new Map<string, Promise<Asset>>();
	return (name) => {
		const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
		if (source === undefined) return null;
		const known = prepared.get(name) ?? prepare(source.contentType, source.text);
		prepared.set(name, known);
		known.catch(() => prepared.delete(name));
		return known;
	};
}

async function prepare(contentType: string, text: () => Promise<string>): Promise<Asset> {
	const bytes = Buffer.from(await text());
	const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
	const gzipped = await promisify(gzip)(bytes);
	return { contentType, etag, gzipped, plain: () => promisify(gunzip)(gzipped) };
}
