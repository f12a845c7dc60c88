// Takes a CPU profile, a stretch of its time and what a request cost meanwhile, gives that cost by stage: the folders that a
// request goes through, the libraries that are stages of their own, and what Node and the system do. What has no stage
// of its own (a regular expression, a package such as a cache) counts to the stage that called it.
import { busyNodes, fileOf, type Interval, installedPackage, type Profile, type ProfileNode } from "./cpu-profile.ts";
import { decimals, type Table } from "./render-table.ts";

/** What each stage does for a request and, where it is not plain, why that is left; in the order of a request. */
export const stageTexts = {
	"Node: HTTP":
		"parses the request, builds its objects, writes the head of the answer; Node's own, the lane uses nothing above it",
	"Node: streams": "events, buffers and state of the two sockets of a request; Node's own",
	server: "the lane: recognises a plain request, parses its JSON, sets headers, answers",
	identity: "credential to principal to database claims, from caches",
	operation: "finds the prepared operation, takes its variables, runs its root fields, joins their JSON",
	graphql: "coerces variables and arguments to their types; their values are new in every request",
	authorization: "decides what the operation touches, in every request; the last gate on the answer",
	"graphql-shield": "asks the rule of each root field",
	resolvers: "hand a root field to the stages",
	plan: "fits selection and arguments into the plan",
	source: "writes the request to PostgREST as text, reads its answer; the values of filters are quoted one by one",
	response: "cuts embedded rows out of PostgREST's JSON and joins them as selected; flat rows pass as they are",
	observe: "counts the request, looks whether to log it",
	"rest of apprun": "scalars, errors and what else is called",
	"write to PostgREST": "a single system call for the whole request, which wakes PostgREST",
	"write to the client": "a single system call for the whole answer, which wakes the client",
	"Node: event loop": "timers, next ticks, promises",
	"garbage collection": "of what all stages allocated",
	program: "outside JavaScript: reads from sockets, waits for events, calls into V8",
} as const satisfies Readonly<Record<string, string>>;

export type StageName = keyof typeof stageTexts;
const stageNames = Object.keys(stageTexts) as readonly StageName[];

/** What a request of one case costs apprun's process. */
export interface CaseStages {
	readonly case: string;
	/** Of all of the process, and so the sum of the stages. */
	readonly cpuMicroseconds: number;
	readonly samples: number;
	/** Microseconds a request; those with none are left out. */
	readonly stages: Readonly<Partial<Record<StageName, number>>>;
}

export interface StagesInput {
	readonly case: string;
	readonly profile: Profile;
	readonly interval: Interval;
	/** CPU time of the process for a request, as the system counted it. */
	readonly cpuMicroseconds: number;
	/** Of the checkout that was profiled. */
	readonly root: string;
}

/** Shares the CPU time of a request out among the stages, by samples. */
export function shareOut({ case: name, profile, interval, cpuMicroseconds, root }: StagesInput): CaseStages {
	const parents = new Map<number, ProfileNode>();
	for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node);
	const busy = busyNodes(profile, interval);
	const counts = Map.groupBy(busy, (node) => stageOf(node, parents, root));
	const stages = stageNames.flatMap((stage) => {
		const samples = counts.get(stage)?.length ?? 0;
		return samples === 0 ? [] : [[stage, (samples / busy.length) * cpuMicroseconds] as const];
	});
	return { case: name, cpuMicroseconds, samples: busy.length, stages: Object.fromEntries(stages) };
}

function stageOf(node: ProfileNode, parents: ReadonlyMap<number, ProfileNode>, root: string): StageName {
	const callers: ProfileNode[] = [];
	for (let at: ProfileNode | undefined = node; at !== undefined; at = parents.get(at.id)) callers.push(at);
	const { functionName, url } = node.callFrame;
	if (functionName === "(garbage collector)") return "garbage collection";
	const own = callers.map(({ callFrame }) => fileOf(callFrame, root));
	if (url === "" && isWrite(functionName)) {
		// Only an answer goes through Node's HTTP; the client for PostgREST writes to its sockets itself.
		const writer = own.find((file) => file.startsWith("src/") || file.startsWith("node:_http_outgoing"));
		return writer?.startsWith("src/source/") ? "write to PostgREST" : "write to the client";
	}
	return own.map(stageOfFile).find((stage) => stage !== null) ?? "program";
}

/** Methods of Node's handle of a socket (LibuvStreamWrap), each a write. */
const isWrite = (functionName: string) =>
	/^(?:writev|write(?:Buffer|(?:Utf8|Ascii|Latin1|Ucs2)String))$/.test(functionName);

/** null: it counts to its caller. */
function stageOfFile(file: string): StageName | null {
	const installed = installedPackage(file);
	if (installed !== null) return installed === "graphql" || installed === "graphql-shield" ? installed : null;
	if (file.startsWith("node:")) return stageOfNode(file);
	if (file.startsWith("resolvers/")) return "resolvers";
	const folder = /^src\/([^/]+)/.exec(file)?.[1];
	if (folder === undefined) return null;
	return stageNames.find((stage) => stage === folder) ?? "rest of apprun";
}

function stageOfNode(file: string): StageName | null {
	if (/^node:(?:_http|http|internal\/http)/.test(file)) return "Node: HTTP";
	if (/^node:(?:net|events|_?stream|internal\/stream)/.test(file)) return "Node: streams";
	if (/^node:(?:timers|internal\/(?:timers|process|async_|promise))/.test(file)) return "Node: event loop";
	// A library function such as of node:buffer or node:crypto: its caller's.
	return null;
}

/** The table for a person. */
export function stageTable(cases: readonly CaseStages[]): Table {
	return {
		title: "CPU of the apprun process by stage, µs a request",
		columns: ["stage", "what it does, why it is left", ...cases.map((each) => each.case)],
		rows: stageRows(cases),
		words: 2,
		notes: stageNotes,
	};
}

/** A row for each stage that any case has, most first, and one of all. */
export function stageRows(cases: readonly CaseStages[]): string[][] {
	const rows = byShare(cases).map(({ stage }) => [
		...[stage, stageTexts[stage]],
		...cases.map(({ stages }) => decimals(stages[stage] ?? 0, 1)),
	]);
	return [...rows, ["all", "", ...cases.map(({ cpuMicroseconds }) => decimals(cpuMicroseconds, 1))]];
}

/** What a reader must know to read the table. */
export const stageNotes: readonly string[] = [
	"µs: CPU time of the process (/proc) for a request × the share of the stage in the samples of its main thread, idle ones left out; profiling is in it",
	"JSON.parse and JSON.stringify, regular expressions and packages count to the stage that calls them",
	"a write also holds what the kernel does on the socket of the other side, and a sample taken when a core was lost to the process that it woke",
];

/** The stages by the mean of their share over the cases, most first. */
export function byShare(cases: readonly CaseStages[]): { readonly stage: StageName; readonly share: number }[] {
	const share = (stage: StageName) =>
		cases.reduce((sum, { stages, cpuMicroseconds }) => sum + (stages[stage] ?? 0) / cpuMicroseconds, 0) / cases.length;
	return stageNames
		.map((stage) => ({ stage, share: share(stage) }))
		.filter((each) => each.share > 0)
		.sort((one, other) => other.share - one.share);
}
