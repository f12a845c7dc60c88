// The page of GraphiQL: everything in it comes from this server, and nothing in it can be broken out of.
import { expect, test } from "vitest";
import { acme, makeServer, operations, secret } from "./start-server.ts";

const browser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8", "accept-encoding": "gzip, br" };

function open(tenantName = "acme", config = {}) {
	const development = { secret, tenants: async () => [{ id: acme, name: tenantName }], roles: ["owner"] };
	const { server } = makeServer({ development, config });
	const get = (path: string, headers: Record<string, string> = browser) =>
		server.fetch(new Request(`http://127.0.0.1${path}`, { headers }));
	return { get, page: async () => (await get("/graphql")).text() };
}

const references = (html: string) =>
	[...html.matchAll(/(?:src|href|action|url)\s*[=(]\s*["']?([^"'\s>)]+)/g)].map(([, to]) => to);

test("a browser gets the page, a client its answer", async () => {
	const { get } = open();
	expect((await get("/graphql")).headers.get("content-type")).toBe("text/html; charset=utf-8");
	const answer = await get("/graphql?query={whoami}", { accept: "*/*" });
	expect(await answer.json()).toEqual({ data: { whoami: "anonymous" } });
});

test("the page references files of this server only, and each is there", async () => {
	const { get, page } = open();
	const found = references(await page()).filter((reference) => reference?.startsWith("data:") !== true);
	expect(found).toHaveLength(4);
	for (const reference of found) {
		expect(reference).toMatch(/^graphql\/graphiql\/[a-z.]+$/);
		expect((await get(`/${reference}`)).status).toBe(200);
	}
});

test("its stylesheets load nothing", async () => {
	const { get } = open();
	for (const name of ["graphiql.css", "page.css"]) {
		const css = await (await get(`/graphql/graphiql/${name}`, { accept: "*/*" })).text();
		expect(css.length).toBeGreaterThan(500);
		expect(css).not.toMatch(/@import|url\(\s*["']?(?!data:|#)/);
	}
});

test("its policy lets the browser load from, and connect to, this server only", async () => {
	const policy = (await open().get("/graphql")).headers.get("content-security-policy") ?? "";
	expect(policy).toContain("default-src 'none'");
	expect(policy).toContain("frame-ancestors 'none'");
	expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/);
});

test("a tenant's name cannot end the element that holds it", async () => {
	const name = `</script><script>alert(1)</script><!--`;
	const html = await open(name).page();
	expect(html).not.toContain("<script>alert");
	const [, json = ""] = /<script type="application\/json" id="settings">(.*?)<\/script>/s.exec(html) ?? [];
	expect(JSON.parse(json).signIn.tenants).toEqual([{ id: acme, name }]);
});

test("no secret is in the page", async () => {
	expect(await open().page()).not.toContain(secret);
});

test("files are compressed, validated again with a tag, and plain for who cannot unpack", async () => {
	const { get } = open();
	const packed = await get("/graphql/graphiql/page.js");
	expect(packed.headers.get("content-encoding")).toBe("gzip");
	const etag = packed.headers.get("etag") ?? "";
	expect((await get("/graphql/graphiql/page.js", { ...browser, "if-none-match": etag })).status).toBe(304);
	const plain = await get("/graphql/graphiql/page.js", { accept: "*/*" });
	expect(plain.headers.get("content-encoding")).toBeNull();
	expect(await plain.text()).toContain("renderYogaGraphiQL");
});

test("in production the page names nothing of the schema", async () => {
	expect(Object.keys(operations.schema.getTypeMap())).toContain("Color");
	const html = await open("acme", { production: true }).page();
	expect(html).toContain('"examples":[]');
	expect(html).toContain('"signIn":null');
});

test("the page opens while the database is away", async () => {
	const development = { secret, tenants: () => Promise.reject(new Error("stolen words")), roles: ["owner"] };
	const { server } = makeServer({ development });
	const answer = await server.fetch(new Request("http://127.0.0.1/graphql", { headers: browser }));
	expect(answer.status).toBe(200);
	expect(await answer.text()).toContain('"signIn":{"tenants":[],"roles":["owner"]}');
});
