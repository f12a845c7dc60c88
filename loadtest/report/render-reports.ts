// Results → every file of poc-results/: the five reports, the charts, and the results themselves. Pure: the same results
// give the same bytes, which is how a test knows that nobody edited a report.
import { formatResults, type Results, resultsName } from "../results.ts";
import { benchmark } from "./benchmark.ts";
import { drawCharts } from "./charts.ts";
import { day1 } from "./day1.ts";
import { day2 } from "./day2.ts";
import { day3 } from "./day3.ts";
import { suiteNumbers } from "./suite-numbers.ts";
import { summary } from "./summary.ts";

/** Names of files → their text. @throws Error when the results lack something that a report tells */
export function renderReports(measured: Results): Map<string, string> {
	const text = formatResults(measured);
	// As they will be read, so that what is rounded is rounded in the reports too.
	const results = JSON.parse(text) as Results;
	const numbers = suiteNumbers(results.suites);
	return new Map([
		[resultsName, text],
		["day1-postgrest-integration.md", day1(results, numbers)],
		["day2-auth-integration.md", day2(results, numbers)],
		["day3-wasm-runtime.md", day3(results, numbers)],
		["performance-benchmark.md", benchmark(results)],
		["poc-summary-report.md", summary(results, numbers)],
		...drawCharts(results),
	]);
}
