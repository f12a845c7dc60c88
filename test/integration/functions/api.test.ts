// The API of functions over the real stack: deploy, invoke, list, roll back, delete, log; who may; and the tenant's wall.
import { afterAll, beforeAll, expect, test } from "vitest";
import { echo, handler, pair, wat } from "../../support/functions/wat.ts";
import { type Caller, type OpenApp, openApp, tokenFor } from "../../support/open-app.ts";

const acme = { tenant: "acme", role: "owner" } as const;
const globex = { tenant: "globex", role: "owner" } as const;

let app: OpenApp;
beforeAll(async () => {
	app = await openApp();
});
afterAll(() => app.close());

interface Answer {
	readonly data: Record<string, unknown> | null;
	readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

async function ask(as: Caller, query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
	return (await (await app.ask(as, { query, variables })).json()) as Answer;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

const deployMutation = `mutation ($input: DeployFunctionInput!) {
	deployFunction(input: $input) { name version active kind entry sha256 size limits { timeMs memoryBytes } deployedBy }
}`;

const deploy = (as: Caller, name: string, bytes: Uint8Array, more: Record<string, unknown> = {}): Promise<Answer> =>
	ask(as, deployMutation, { input: { name, module: base64(bytes), ...more } });

const invokeMutation = `mutation ($name: String!, $input: JSON, $version: Int) {
	invokeFunction(name: $name, input: $input, version: $version) {
		status output error { code message hint } logs durationMs cold version
	}
}`;

const invoke = async (as: Caller, name: string, input: unknown = null, version: number | null = null) =>
	ask(as, invokeMutation, { name, input, version });

const add = wat(`(module (func (export "add") (param i32 i32) (result i32)
	(i32.add (local.get 0) (local.get 1))))`);
const constant = (digit: number) =>
	handler(pair("(i32.const 16)", "(i32.const 1)"), `(data (i32.const 16) "${digit}")`);

test("deploys, invokes with numbers, lists, and logs", async () => {
	const deployed = await deploy(acme, "add", add, { description: "Adds." });
	expect(deployed).toEqual({
		data: {
			deployFunction: {
				name: "add",
				version: 1,
				active: true,
				kind: "EXPORT",
				entry: "add(i32, i32) -> i32",
				sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
				size: add.length,
				limits: { timeMs: 1000, memoryBytes: 33_554_432 },
				deployedBy: "00000000-0000-4000-8000-000000000001",
			},
		},
	});
	expect(
		await ask(acme, `mutation { invokeFunction(name: "add", input: [1, 2]) { status output error { code } cold } }`),
	).toEqual({
		data: { invokeFunction: { status: "SUCCESS", output: 3, error: null, cold: true } },
	});
	expect((await invoke(acme, "add", [2 ** 31 - 1, 1])).data).toMatchObject({
		invokeFunction: { output: -(2 ** 31), version: 1, cold: false },
	});
	const listed = await ask(
		acme,
		`{
		functions { name description activeVersion { version } versions { version } }
		function(name: "add") { name activeVersion { entry } }
		none: function(name: "none") { name }
		functionInvocations(name: "add", first: 1) { nodes { name status cold inputBytes outputBytes caller } endCursor }
	}`,
	);
	expect(listed.data).toMatchObject({
		functions: expect.arrayContaining([
			{ name: "add", description: "Adds.", activeVersion: { version: 1 }, versions: [{ version: 1 }] },
		]),
		function: { name: "add", activeVersion: { entry: "add(i32, i32) -> i32" } },
		none: null,
		functionInvocations: {
			nodes: [{ name: "add", status: "SUCCESS", cold: false, inputBytes: 14, outputBytes: 11 }],
			endCursor: expect.stringMatching(/^\d+$/),
		},
	});
	const { endCursor } = (listed.data as { functionInvocations: { endCursor: string } }).functionInvocations;
	const older = await ask(
		acme,
		`{ functionInvocations(name: "add", after: "${endCursor}") { nodes { cold } endCursor } }`,
	);
	expect(older.data).toEqual({ functionInvocations: { nodes: [{ cold: true }], endCursor: null } });
});

test("a new version is active at once, an older one can be asked for and taken back", async () => {
	for (const digit of [1, 2, 3]) await deploy(acme, "digit", constant(digit));
	expect((await invoke(acme, "digit")).data).toMatchObject({ invokeFunction: { output: 3, version: 3 } });
	expect((await invoke(acme, "digit", null, 1)).data).toMatchObject({ invokeFunction: { output: 1, version: 1 } });
	const back = await ask(
		acme,
		`mutation { activateFunctionVersion(name: "digit", version: 2) { activeVersion { version } } }`,
	);
	expect(back.data).toEqual({ activateFunctionVersion: { activeVersion: { version: 2 } } });
	expect((await invoke(acme, "digit")).data).toMatchObject({ invokeFunction: { output: 2, version: 2 } });
	await deploy(acme, "digit", constant(4));
	expect((await invoke(acme, "digit")).data).toMatchObject({ invokeFunction: { output: 4, version: 4 } });
	expect((await invoke(acme, "digit", null, 9)).errors).toMatchObject([{ extensions: { code: "NOT_FOUND" } }]);
	const never = await ask(acme, `mutation { activateFunctionVersion(name: "digit", version: 9) { name } }`);
	expect(never.errors).toMatchObject([{ extensions: { code: "NOT_FOUND" } }]);
});

test("a deleted function is gone, and its name starts anew", async () => {
	await deploy(acme, "gone", constant(1));
	await invoke(acme, "gone");
	const deleted = await ask(acme, `mutation { deleteFunction(name: "gone") { name versions { version } } }`);
	expect(deleted.data).toEqual({ deleteFunction: { name: "gone", versions: [{ version: 1 }] } });
	expect((await invoke(acme, "gone")).errors).toMatchObject([{ extensions: { code: "NOT_FOUND" } }]);
	expect((await ask(acme, `mutation { deleteFunction(name: "gone") { name } }`)).data).toEqual({
		deleteFunction: null,
	});
	await deploy(acme, "gone", constant(2));
	expect((await invoke(acme, "gone")).data).toMatchObject({ invokeFunction: { output: 2, version: 1 } });
});

test("another tenant neither sees nor invokes nor changes a function, even with the same module", async () => {
	await deploy(acme, "secret", constant(7));
	const errors = [{ extensions: { code: "NOT_FOUND" } }];
	expect((await invoke(globex, "secret")).errors).toMatchObject(errors);
	expect(
		(await ask(globex, `mutation { activateFunctionVersion(name: "secret", version: 1) { name } }`)).errors,
	).toMatchObject(errors);
	const seen = await ask(globex, `mutation { deleteFunction(name: "secret") { name } }`);
	expect(seen.data).toEqual({ deleteFunction: null });
	const listed = await ask(
		globex,
		`{ functions { name } function(name: "secret") { name } functionInvocations { nodes { name } } }`,
	);
	expect(listed.data).toMatchObject({ function: null });
	expect(JSON.stringify(listed.data)).not.toContain("secret");
	// The same bytes in both tenants, then deleted in one: the other still has its own.
	await deploy(globex, "secret", constant(7));
	await ask(globex, `mutation { deleteFunction(name: "secret") { name } }`);
	expect((await invoke(acme, "secret", null, 1)).data).toMatchObject({ invokeFunction: { output: 7 } });
});

test("deploys an upload, if it comes with a header that another site cannot send", async () => {
	const upload = async (headers: Record<string, string>) => {
		const form = new FormData();
		const variables = { input: { name: "uploaded", module: null } };
		form.set("operations", JSON.stringify({ query: deployMutation, variables }));
		form.set("map", JSON.stringify({ file: ["variables.input.module"] }));
		form.set("file", new Blob([new Uint8Array(add)], { type: "application/wasm" }), "add.wasm");
		const authorization = `Bearer ${await tokenFor(acme)}`;
		return app.fetch(
			new Request("http://apprun.test/graphql", {
				method: "POST",
				headers: { accept: "application/json", authorization, ...headers },
				body: form,
			}),
		);
	};
	const answer = (await (await upload({ "graphql-require-preflight": "1" })).json()) as Answer;
	expect(answer).toMatchObject({ data: { deployFunction: { name: "uploaded", size: add.length } } });
	expect((await upload({})).status).toBe(415);
});

test("a refused module says why, and nothing is stored", async () => {
	const start = wat(`(module (func $s) (start $s) (func (export "run")))`);
	const refused = await deploy(acme, "refused", start);
	expect(refused.data).toBeNull();
	expect(refused.errors).toMatchObject([
		{
			message: "The module is refused: it would run code while it is loaded.",
			extensions: { code: "BAD_USER_INPUT", reason: "START_SECTION", hint: expect.stringContaining("_initialize") },
		},
	]);
	expect((await deploy(acme, "refused", new Uint8Array([1, 2, 3]))).errors).toMatchObject([
		{ extensions: { reason: "NOT_A_MODULE" } },
	]);
	expect((await ask(acme, `{ function(name: "refused") { name } }`)).data).toEqual({ function: null });
});

test("a module above APPRUN_FUNCTION_MODULE_BYTES is refused", async () => {
	const small = await openApp({ config: { functionModuleBytes: 1024 } });
	try {
		const module = Buffer.concat([add, Buffer.from([0, 0xff, 0x07, 1, 0x78]), Buffer.alloc(1021)]).toString("base64");
		const variables = { input: { name: "huge", module } };
		const answer = (await (await small.ask(acme, { query: deployMutation, variables })).json()) as Answer;
		expect(answer.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", reason: "TOO_LARGE" } }]);
	} finally {
		await small.close();
	}
});

test.each([
	["a name with a slash", { name: "a/b" }],
	["an empty name", { name: "" }],
	["a name of 64 characters", { name: "a".repeat(64) }],
	["too much time", { name: "x", limits: { timeMs: 30_001 } }],
	["too much memory", { name: "x", limits: { memoryBytes: 2 ** 30 } }],
	["negative log lines", { name: "x", limits: { logLines: -1 } }],
	["what is no base64", { name: "x", module: "%%%" }],
	["a description with NUL", { name: "x", description: "\0" }],
])("%s cannot be deployed", async (_what, input) => {
	const { errors } = await ask(acme, deployMutation, { input: { module: base64(add), ...input } });
	expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", hint: expect.stringMatching(/\w/) } }]);
});

test("what a function does wrong is a result, not an error", async () => {
	await deploy(acme, "trap", wat(`(module (func (export "trap") unreachable))`));
	expect(await invoke(acme, "trap")).toMatchObject({
		data: {
			invokeFunction: {
				status: "FAILED",
				output: null,
				error: {
					code: "TRAP",
					message: "The function stopped with a trap: unreachable.",
					hint: expect.stringMatching(/\w/),
				},
			},
		},
	});
});

test("a function asks GraphQL as its caller, and finds no more than the caller would", async () => {
	// Answers with GraphQL's reply to its input, which is a JSON string: the quotes are left out.
	const reads = handler(`(local $n i32)
		(local.set $n (call $graphql (i32.add (local.get $ptr) (i32.const 1)) (i32.sub (local.get $len) (i32.const 2)) (i32.const 0) (i32.const 0)))
		(call $reply (i32.const 4096)) ${pair("(i32.const 4096)", "(local.get $n)")}`);
	for (const as of [acme, globex]) await deploy(as, "asks", reads);
	const tenantIds = async (as: Caller) => {
		const { data } = await invoke(as, "asks", "{ products(limit: 3) { tenantId } }");
		return (data as { invokeFunction: { output: { data: unknown } } }).invokeFunction.output.data;
	};
	const own = (id: string) => ({ products: Array.from({ length: 3 }, () => ({ tenantId: id })) });
	expect(await tenantIds(acme)).toEqual(own("11111111-1111-4111-8111-111111111111"));
	expect(await tenantIds(globex)).toEqual(own("22222222-2222-4222-8222-222222222222"));
	// An editor may invoke but not read policies; through a function neither.
	const refused = await invoke({ tenant: "acme", role: "editor" }, "asks", "{ accessRoles { name } }");
	expect(refused.data).toMatchObject({
		invokeFunction: { status: "SUCCESS", output: { errors: [{ extensions: { code: "FORBIDDEN" } }] } },
	});
	for (const [query, code] of [
		["{ __schema { types { name } } }", "FORBIDDEN"],
		["{ nothing }", "GRAPHQL_VALIDATION_FAILED"],
		["{", "GRAPHQL_PARSE_FAILED"],
	])
		expect((await invoke(acme, "asks", query)).data).toMatchObject({
			invokeFunction: {
				output: {
					errors: expect.arrayContaining([expect.objectContaining({ extensions: expect.objectContaining({ code }) })]),
				},
			},
		});
});

test("a function that invokes itself through GraphQL is stopped at three levels", async () => {
	const query = `mutation{invokeFunction(name:"deep"){status output error{code}}}`;
	const bytes = handler(
		`(local $n i32)
		(local.set $n (call $graphql (i32.const 16) (i32.const ${query.length}) (i32.const 0) (i32.const 0)))
		(call $reply (i32.const 4096)) ${pair("(i32.const 4096)", "(local.get $n)")}`,
		`(data (i32.const 16) "${query.replaceAll('"', "\\22")}")`,
	);
	await deploy(acme, "deep", bytes);
	const { data } = await invoke(acme, "deep");
	expect(JSON.stringify(data).match(/SUCCESS/g)).toHaveLength(3);
	expect(JSON.stringify(data).match(/CALLS_TOO_DEEP/g)).toHaveLength(1);
});

test("who may do what", async () => {
	await deploy(acme, "add", add);
	const forbidden = [{ extensions: { code: "FORBIDDEN" } }];
	const reader = { tenant: "acme", role: "reader" } as const;
	const editor = { tenant: "acme", role: "editor" } as const;
	expect((await invoke(editor, "add", [1, 2])).data).toMatchObject({ invokeFunction: { output: 3 } });
	expect((await invoke(reader, "add", [1, 2])).errors).toMatchObject(forbidden);
	expect((await deploy(editor, "add", add)).errors).toMatchObject(forbidden);
	expect((await ask(editor, `mutation { deleteFunction(name: "add") { name } }`)).errors).toMatchObject(forbidden);
	expect((await ask(editor, `{ functionInvocations { nodes { name } } }`)).errors).toMatchObject(forbidden);
	expect((await ask(reader, `{ function(name: "add") { name } }`)).data).toEqual({ function: { name: "add" } });
	for (const query of [`{ functions { name } }`, `mutation { invokeFunction(name: "add") { status } }`])
		expect((await ask(null, query)).errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
});

test("digits that JavaScript would lose are kept, and text that Postgres cannot store is logged all the same", async () => {
	const bytes = handler(echo);
	await deploy(acme, "echo", bytes);
	const response = await app.ask(acme, {
		query: invokeMutation,
		variables: { name: "echo", input: ["\ud83d\ude00", "\0"] },
	});
	expect(await response.text()).toContain('"output":["😀","\\u0000"]');
	const digits = handler(pair("(i32.const 16)", "(i32.const 19)"), '(data (i32.const 16) "9007199254740993.10")');
	await deploy(acme, "digits", digits);
	expect(await (await app.ask(acme, { query: invokeMutation, variables: { name: "digits" } })).text()).toContain(
		'"output":9007199254740993.10',
	);
	const nul = handler("(call $log (i32.const 16) (i32.const 3)) (i64.const 0)", '(data (i32.const 16) "a\\00b")');
	await deploy(acme, "nul", nul);
	expect((await invoke(acme, "nul")).data).toMatchObject({ invokeFunction: { logs: ["a\0b"] } });
	const log = await ask(acme, `{ functionInvocations(name: "nul") { nodes { logs } } }`);
	expect(log.data).toEqual({ functionInvocations: { nodes: [{ logs: ["a\ufffdb"] }] } });
});
