// Phase: before GraphQL. Gives a browser that opens the endpoint GraphiQL, and serves its files.
import type { GraphQLSchema } from "graphql";
import type { DevelopmentSignIn } from "../../identity/development-sign-in.ts";
import { type Asset, createAssets } from "../graphiql/assets.ts";
import { type Example, exampleOperations } from "../graphiql/examples.ts";
import { contentSecurityPolicy, type PageSettings, renderPage } from "../graphiql/render-page.ts";
import { comparePath, graphiqlPath, graphqlPath } from "../paths.ts";
import type { Operations, ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";

export interface GraphiqlOptions {
	readonly states: RequestStates;
	readonly operations: Operations;
	/** Shows the schema's names in examples. */
	readonly showExamples: boolean;
	readonly signIn: DevelopmentSignIn | null;
	/** Whether PostGraphile's path has the page too. */
	readonly comparison: boolean;
}

export function useGraphiql({ states, operations, showExamples, signIn, comparison }: GraphiqlOptions): ServerPlugin {
	const findAsset = createAssets();
	const examples = new WeakMap<GraphQLSchema, readonly Example[]>();
	const page = async (): Promise<string> => {
		const { schema } = operations;
		const known = examples.get(schema) ?? (showExamples ? exampleOperations(schema) : []);
		examples.set(schema, known);
		return renderPage({ examples: known, signIn: signIn && (await offerOf(signIn)), home: "" });
	};
	// The examples are of the other schema.
	const comparisonPage = async () =>
		renderPage({ examples: [], signIn: signIn && (await offerOf(signIn)), home: "../" });
	return {
		async onRequest({ request, fetchAPI, endResponse }) {
			if (request.method !== "GET" && request.method !== "HEAD") return;
			const { path } = states.of(request);
			const render = path === graphqlPath ? page : comparison && path === comparePath ? comparisonPage : null;
			if (render !== null && wantsPage(request)) {
				// A copy: Yoga's Response notes the length in the very object, and the next page may be a longer one.
				endResponse(new fetchAPI.Response(await render(), { headers: { ...pageHeaders } }));
				return;
			}
			if (!path.startsWith(`${graphiqlPath}/`)) return;
			const asset = await findAsset(path.slice(graphiqlPath.length + 1));
			if (asset === null) return;
			const { body, ...init } = await assetAnswer(asset, request.headers);
			endResponse(new fetchAPI.Response(body, init));
		},
	};
}

/** Without a database there is nobody to sign in as, but still a page that shows what is wrong. */
async function offerOf({ tenants, roles }: DevelopmentSignIn): Promise<PageSettings["signIn"]> {
	return { tenants: await tenants().catch(() => []), roles };
}

const pageHeaders = {
	"content-type": "text/html; charset=utf-8",
	"content-security-policy": contentSecurityPolicy,
	"referrer-policy": "same-origin",
	"x-content-type-options": "nosniff",
	"cache-control": "no-store",
};

/** The address bar of a browser asks for HTML; a script that sends a query does not. */
function wantsPage(request: Request): boolean {
	return request.headers.get("accept")?.includes("text/html") === true;
}

async function assetAnswer(asset: Asset, wanted: Headers) {
	const headers = {
		"content-type": asset.contentType,
		// Asked for again each time, and answered with 304: an upgrade shows at once.
		"cache-control": "no-cache",
		etag: asset.etag,
		vary: "accept-encoding",
		"x-content-type-options": "nosniff",
	};
	if (wanted.get("if-none-match") === asset.etag) return { status: 304, headers, body: null };
	if (wanted.get("accept-encoding")?.includes("gzip") !== true) return { headers, body: await asset.plain() };
	return { headers: { ...headers, "content-encoding": "gzip" }, body: asset.gzipped };
}
