// The third report: WebAssembly functions. V8 hosts, the sandbox of @wasmer/sdk, limits, and what alternatives say of
// themselves.
import type { Results } from "../results.ts";
import { header, page, shown, table } from "./markdown.ts";
import { mebibytes, peakOf, runOf } from "./numbers.ts";
import type { SuiteNumbers } from "./suite-numbers.ts";

/** day3-wasm-runtime.md */
export function day3(results: Results, { functions }: SuiteNumbers): string {
	const { hosts, killed, endToEnd } = functions;
	const { result } = runOf(results, "invoke function");
	return page(
		header("Day 3: the WebAssembly runtime", results),
		"## The question",
		"Can tenants run code of their own beside the API, fast enough to be called in a request, without being able to harm the server or each other?",
		"## What was built",
		[
			"- Modules run in processes of their own (`node --permission`, limits of memory and tables by V8 itself), one call at a time, a fresh instance for each call. What passes its time is killed with its process, and the process replaced.",
			"- A module is admitted before it is stored: size, imports, memory, tables, a trial instantiation.",
			"- A function asks the same GraphQL as its caller, through the same authorization.",
			"- Kinds: an export over numbers or JSON, a WASI command, and a sandbox with files and threads on @wasmer/sdk.",
		].join("\n"),
		"## Hosts by themselves",
		`Milliseconds (\`${results.suites["functions"]?.command ?? ""}\`; the owner asks for < 100 cold and < 1 hot):`,
		table(
			["call", "p50", "p95", "per second", "failed"],
			[
				["cold: a module of 12 kB that no host has seen", shown(hosts.cold.p50, 2), shown(hosts.cold.p95, 2), "", ""],
				...Object.entries(hosts.calls).map(([name, call]) => [
					...[name, shown(call.p50, 3), shown(call.p95, 3), shown(call.perSecond, 0), String(call.failed)],
				]),
				["a killed host is replaced", shown(killed.replaced.p50, 1), shown(killed.replaced.p95, 1), "", ""],
			],
		),
		"## Through GraphQL",
		table(
			["", "p50 ms", "p95 ms", "errors"],
			[
				["a module that no host has seen", shown(endToEnd.cold.p50, 2), shown(endToEnd.cold.p95, 2), ""],
				["one at a time", shown(endToEnd.unloaded.median, 2), shown(endToEnd.unloaded.p95, 2), "0"],
				[
					`${shown(result.offeredPerSecond, 0)} calls a second, k6`,
					...[shown(result.latency.p50, 2), shown(result.latency.p95, 2), String(result.failed + result.wrong)],
				],
			],
		),
		`Two hosts take ${shown(mebibytes(hosts.pssBytesOf2), 1)} MiB (PSS) after all that; all hosts of a running server took ${shown(mebibytes(peakOf(result).pssBytes["functions"] ?? 0), 0)} MiB under these calls.`,
		"## Which runtime",
		"V8 for functions, @wasmer/sdk for what needs files or threads. The first row and the second are measured above; the others are published by their makers or were measured earlier, on another machine, and are no part of these results.",
		table(
			["runtime", "figure", "where from", "why, why not"],
			[
				[
					"V8 in a process of its own",
					`hot p50 ${shown(hosts.calls["hot add, Rust"]?.p50, 3)} ms, cold p50 ${shown(hosts.cold.p50, 2)} ms`,
					"measured here",
					"in Node already; killing the process is a limit that a module cannot get around",
				],
				[
					"@wasmer/sdk 0.16",
					`a WASI command p50 ${shown(hosts.calls["csv_summary as SANDBOX, on @wasmer/sdk"]?.p50, 2)} ms, on V8 ${shown(hosts.calls["csv_summary as COMMAND, on V8"]?.p50, 2)} ms`,
					"measured here",
					"full WASIX; a stopped module may go on burning a core until its process is ended, so it has one too",
				],
				[
					"Extism 1.0, JavaScript SDK",
					"hot 0.005 ms in process, 0.19 ms in its worker; 41 ms to make a worker",
					"measured earlier",
					"V8 underneath as well; no limit of time or memory in this SDK, and modules need its PDK",
				],
				[
					"Wasmtime",
					"instances from a pool, memory copied on write; no figure of its own taken over",
					"published: [Tuning Wasmtime for fast instantiation](https://docs.wasmtime.dev/examples-fast-instantiation.html)",
					"fuel and epochs are real limits of CPU; needs a native add-on or a service of its own beside Node",
				],
				[
					"Spin (on Wasmtime)",
					"cold start about 0.5 ms",
					"published: [fermyon.com](https://www.fermyon.com/blog/monkcast-interview-2025)",
					"a platform, not a library: a second server to run, deploy to and secure",
				],
			],
			4,
		),
	);
}
