// Resolvers of schema/functions.graphql: each hands its arguments and the caller to src/functions, and turns what comes
// back into the shape of the schema.
import { AppError } from "../src/error/app-error.ts";
import type { Functions } from "../src/functions/functions.ts";
import type { ModuleKind } from "../src/functions/host/protocol.ts";
import type { FunctionLimits } from "../src/functions/limits.ts";
import type { Caller, FunctionEntry, FunctionVersion } from "../src/functions/registry.ts";
import { wasmModule } from "../src/functions/wasm-module.ts";
import type { AskAsCaller } from "../src/operation/ask-as-caller.ts";
import type { OperationContext } from "../src/operation/operation-context.ts";
import { keepDigits } from "../src/schema/exact-number.ts";

type Limits = Partial<Record<keyof FunctionLimits, number | null>>;

interface DeployInput {
	readonly name: string;
	readonly module: Uint8Array | Blob;
	readonly kind?: Uppercase<ModuleKind> | null;
	readonly limits?: Limits | null;
	readonly description?: string | null;
}

/** @param ask runs what a function asks GraphQL, as the function's caller */
export function functionResolvers(functions: Functions, ask: AskAsCaller) {
	const read = async (caller: Caller, name: string | null) => {
		const found = await functions.list(caller, name);
		const versions = await functions.versions(
			caller,
			found.map((each) => each.name),
		);
		return found.map((each) => showFunction(each, versions));
	};
	return {
		WasmModule: wasmModule,
		Query: {
			functions: (_: unknown, _args: unknown, context: OperationContext) => read(callerOf(context), null),
			function: async (_: unknown, { name }: { name: string }, context: OperationContext) =>
				(await read(callerOf(context), name))[0] ?? null,
			functionInvocations: (_: unknown, args: PageArguments, context: OperationContext) =>
				readLog(functions, args, callerOf(context)),
		},
		Mutation: {
			async deployFunction(_: unknown, { input }: { input: DeployInput }, context: OperationContext) {
				const { name, module, kind = null, limits, description = null } = input;
				const bytes = module instanceof Uint8Array ? module : new Uint8Array(await module.arrayBuffer());
				const chosen = kind === null ? null : (kind.toLowerCase() as ModuleKind);
				const given = { name, bytes, kind: chosen, limits: limits ?? {}, description };
				return showVersion(await functions.deploy(callerOf(context), given));
			},
			async invokeFunction(_: unknown, args: InvokeArguments, context: OperationContext) {
				const depth = context.functionDepth ?? 0;
				const { requestId, principal, readOnly, claims, signal: cancelled = null } = context;
				const deeper = { requestId, principal, readOnly, claims, functionDepth: depth + 1 };
				const { output, ...result } = await functions.invoke(callerOf(context), {
					name: args.name,
					version: args.version ?? null,
					input: JSON.stringify(args.input ?? null),
					depth,
					requestId,
					cancelled,
					askGraphql: (query, variables, signal) => ask({ query, variables }, { ...deeper, signal }),
				});
				return { ...result, output: output === null ? null : parseOutput(output) };
			},
			async activateFunctionVersion(_: unknown, args: { name: string; version: number }, context: OperationContext) {
				const caller = callerOf(context);
				await functions.activate(caller, args.name, args.version);
				return (await read(caller, args.name))[0];
			},
			async deleteFunction(_: unknown, { name }: { name: string }, context: OperationContext) {
				const caller = callerOf(context);
				const [found] = await read(caller, name);
				return (await functions.remove(caller, name)) ? found : null;
			},
		},
	};
}

interface InvokeArguments {
	readonly name: string;
	readonly input?: unknown;
	readonly version?: number | null;
}

interface PageArguments {
	readonly name?: string | null;
	readonly status?: string | null;
	readonly first: number;
	readonly after?: string | null;
}

const longestPage = 200;

async function readLog(functions: Functions, args: PageArguments, caller: Caller) {
	const { name = null, status = null, first, after = null } = args;
	if (first < 1 || first > longestPage)
		throw new AppError("BAD_USER_INPUT", {
			message: `\`first\` must be from 1 to ${longestPage}.`,
			hint: "Page through the log with `after`.",
		});
	if (after !== null && !/^\d{1,18}$/.test(after))
		throw new AppError("BAD_USER_INPUT", { message: "`after` is no cursor.", hint: "Send an `endCursor`." });
	const rows = await functions.invocations(caller, { name, status, limit: first + 1, before: after });
	const nodes = rows.slice(0, first).map((row) => ({ ...row, startedAt: row.startedAt.toISOString() }));
	return { nodes, endCursor: rows.length > first ? nodes.at(-1)?.id : null };
}

/** Who asks, from the verified identity. @throws AppError UNAUTHENTICATED for nobody */
function callerOf({ principal }: OperationContext): Caller {
	if (principal.kind === "user") return { tenantId: principal.tenantId, subject: principal.subject };
	throw new AppError("UNAUTHENTICATED", {
		message: "Functions belong to a tenant, and this request has none.",
		hint: "Sign in and send the credential.",
	});
}

function showFunction({ createdAt, ...found }: FunctionEntry, all: readonly FunctionVersion[]) {
	const versions = all.filter(({ name }) => name === found.name).map(showVersion);
	const activeVersion = versions.find(({ active }) => active);
	return { ...found, createdAt: createdAt.toISOString(), versions, activeVersion };
}

function showVersion({ kind, entry, deployedAt, ...version }: FunctionVersion) {
	return {
		...version,
		kind: kind.toUpperCase(),
		entry: showEntry(entry),
		deployedAt: deployedAt.toISOString(),
	};
}

function showEntry(entry: FunctionVersion["entry"]): string {
	switch (entry.kind) {
		case "numbers":
			return `${entry.export}(${entry.params.join(", ")}) -> ${entry.results.join(", ") || "nothing"}`;
		case "json":
			return "handle(JSON)";
		case "command":
			return "_start";
	}
}

/** Only a number of many digits needs the slower way that keeps them. */
const parseOutput = (text: string): unknown =>
	/[\d.]{16}/.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
