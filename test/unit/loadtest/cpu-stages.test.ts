// Which stage a sample of a CPU profile counts to, and what the report makes of it.
import { expect, test } from "vitest";
import type { Profile } from "../../../loadtest/bench/cpu-profile.ts";
import { type CaseStages, shareOut, stageTable } from "../../../loadtest/bench/cpu-stages.ts";
import { renderReports } from "../../../loadtest/report/render-reports.ts";
import { stageBlocks } from "../../../loadtest/report/stages.ts";
import { readResults, stagesName } from "../../../loadtest/results.ts";
import { packageRoot } from "../../../src/stack/package-root.ts";

const root = "/home/somebody/apprun";

/** A profile with one sample of each stack, a millisecond apart; a stack is `function@file`, the outermost first. */
function profileOf(...stacks: readonly (readonly string[])[]): Profile {
	const nodes: { id: number; callFrame: Profile["nodes"][number]["callFrame"]; children: number[] }[] = [];
	const add = (text: string) => {
		const [functionName = "", file = ""] = text.split("@");
		const url = file === "" || file.startsWith("node:") ? file : `file://${root}/${file}`;
		nodes.push({ id: nodes.length + 1, callFrame: { functionName, url, lineNumber: 0 }, children: [] });
		return nodes[nodes.length - 1] as (typeof nodes)[number];
	};
	const top = add("(root)");
	const samples = stacks.map((stack) => {
		let at = top;
		for (const frame of stack) {
			const child = add(frame);
			at.children.push(child.id);
			at = child;
		}
		return at.id;
	});
	return { nodes, startTime: 0, samples, timeDeltas: stacks.map(() => 1000) };
}

/** The stages of a request of 100 µs. */
function shares(...stacks: readonly (readonly string[])[]): CaseStages["stages"] {
	const profile = profileOf(...stacks);
	return shareOut({ case: "one", profile, interval: [0, 1e9], cpuMicroseconds: 100, root }).stages;
}

test.each([
	["a folder of src", ["answer@src/server/lane/lane.ts"], "server"],
	["another one, called by it", ["answer@src/server/lane/lane.ts", "execute@src/operation/execute.ts"], "operation"],
	["a folder that is no stage", ["run@src/operation/execute.ts", "parse@src/schema/scalars.ts"], "rest of apprun"],
	["the resolvers", ["run@src/operation/execute.ts", "list@resolvers/data.ts"], "resolvers"],
	[
		"graphql",
		["run@src/operation/execute.ts", "valueFromAST@node_modules/graphql/utilities/valueFromAST.js"],
		"graphql",
	],
	["shield", ["x@node_modules/graphql/a.js", "check@node_modules/graphql-shield/cjs/rules.js"], "graphql-shield"],
	["a package of its caller", ["identify@src/identity/identify.ts", "get@node_modules/lru-cache/index.js"], "identity"],
	["a regular expression of its caller", ["encode@src/source/postgrest/encode.ts", "RegExp:"], "source"],
	["a buffer of its caller", ["read@src/server/lane/lane.ts", "slice@node:buffer"], "server"],
	["Node's HTTP", ["parserOnHeadersComplete@node:_http_common"], "Node: HTTP"],
	["a stream", ["parserOnBody@node:_http_common", "push@node:internal/streams/readable"], "Node: streams"],
	["promises", ["processTicksAndRejections@node:internal/process/task_queues", "runMicrotasks"], "Node: event loop"],
	["collecting garbage", ["run@src/operation/execute.ts", "(garbage collector)"], "garbage collection"],
	["no JavaScript", ["(program)"], "program"],
	[
		"a write to PostgREST",
		["answer@src/server/lane/lane.ts", "send@src/source/postgrest/connection.ts", "write@node:net", "writeUtf8String"],
		"write to PostgREST",
	],
	[
		"a write to the client",
		["settle@src/source/postgrest/send.ts", "end@node:_http_outgoing", "write@node:net", "writev"],
		"write to the client",
	],
])("%s", (_, stack, stage) => {
	expect(shares(stack)).toEqual({ [stage]: 100 });
});

test("the CPU time is shared out among the samples of the interval that are not idle", () => {
	const plan = ["fit@src/plan/fit-select.ts"];
	const profile = profileOf(["(program)"], plan, plan, ["(idle)"], ["splice@src/response/splice.ts"], plan, [
		"(program)",
	]);
	const measured = shareOut({ case: "list", profile, interval: [1500, 6500], cpuMicroseconds: 200, root });
	expect(measured).toEqual({ case: "list", cpuMicroseconds: 200, samples: 4, stages: { plan: 150, response: 50 } });
	expect(stageTable([measured]).rows.map(([stage, , value]) => [stage, value])).toEqual([
		["plan", "150.0"],
		["response", "50.0"],
		["all", "200.0"],
	]);
});

const cases: CaseStages[] = [
	{ case: "list", cpuMicroseconds: 200, samples: 10, stages: { plan: 20, "write to PostgREST": 120, source: 60 } },
	{ case: "by id", cpuMicroseconds: 100, samples: 10, stages: { plan: 50, "write to PostgREST": 40, server: 10 } },
];

test("the report names the largest that are left", () => {
	const results = readResults(`${packageRoot}/poc-results/results.json`);
	const stages = { versions: {}, results: { stages: cases }, command: "npm run bench -- data --profile" };
	const text = renderReports({ ...results, suites: { ...results.suites, [stagesName]: stages } });
	const report = text.get("performance-benchmark.md") ?? "";
	expect(report).toContain("## CPU of the apprun process by stage");
	expect(report).toContain("from `npm run bench -- data --profile`; samples: list 10, by id 10.");
	expect(report).toMatch(
		/\| stage \| what it does, why it is left \| list µs \| by id µs \|\n\| --- \| --- \| ---: \| ---: \|/,
	);
	expect(report).toMatch(/\| write to PostgREST \| [^|]+ \| 120\.0 \| 40\.0 \|\n\| plan \| [^|]+ \| 20\.0 \| 50\.0 \|/);
	expect(report).toMatch(
		/\*\*write to PostgREST\*\* \(50 %: [^)]+\); \*\*plan\*\* \(30 %: [^)]+\); \*\*source\*\* \(15 %/,
	);
	expect(report).toContain(
		"Node, V8 and the kernel together take 50 %, the stages of apprun with their libraries 50 %.",
	);
});

test("results that were kept without a profile have no such part; of another shape, no report", () => {
	expect(stageBlocks(undefined)).toEqual([]);
	const unknown = [{ case: "list", cpuMicroseconds: null, samples: 10, stages: { plan: null } }];
	expect(stageBlocks({ versions: {}, results: { stages: unknown }, command: "" })).toEqual([]);
	const wrong = { versions: {}, results: { stages: [{ ...cases[0], stages: { elsewhere: 1 } }] }, command: "" };
	expect(() => stageBlocks(wrong)).toThrow("elsewhere");
});
