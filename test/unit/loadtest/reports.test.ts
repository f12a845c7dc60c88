// The reports are what the runner writes, byte for byte: one that was edited by hand, or that is older than its results,
// fails here. `npm run loadtest -- --from poc-results/results.json` writes them again.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ownersCriteria } from "../../../loadtest/report/criteria.ts";
import { renderReports } from "../../../loadtest/report/render-reports.ts";
import { suiteNumbers } from "../../../loadtest/report/suite-numbers.ts";
import { type Results, readResults } from "../../../loadtest/results.ts";
import { packageRoot } from "../../../src/stack/package-root.ts";

const folder = join(packageRoot, "poc-results");
const results = readResults(join(folder, "results.json"));
const rendered = renderReports(results);

test("poc-results/ has exactly the files that the runner writes", () => {
	expect(readdirSync(folder).sort()).toEqual([...rendered.keys()].sort());
});

test.each([...rendered])("%s is what its results say", (name, text) => {
	expect(readFileSync(join(folder, name), "utf8")).toBe(text);
});

test("the same results give the same bytes again", () => {
	expect([...renderReports(results)]).toEqual([...rendered]);
});

test("no link of a report leads nowhere", () => {
	for (const [name, text] of rendered) {
		if (!name.endsWith(".md")) continue;
		const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
		expect(links.filter((target) => !target.startsWith("https://") && !rendered.has(target))).toEqual([]);
	}
});

describe("a criterion that is not met is reported as such", () => {
	const changed = (change: (copy: Mutable<Results>) => unknown) => {
		const copy = structuredClone(results) as Mutable<Results>;
		change(copy);
		const failed = ownersCriteria(copy as Results, suiteNumbers(copy.suites as Results["suites"])).filter(
			({ holds }) => !holds,
		);
		return failed.map(({ criterion }) => criterion);
	};
	const runOf = (copy: Mutable<Results>, name: string) => {
		const run = copy.own.runs.find(({ scenario }) => scenario === name);
		if (run === undefined) throw new Error(`no run of ${name}`);
		return run.result;
	};

	test("a slow p95, and errors", () => {
		const slow = "p95 of an API call < 200 ms at 500+ requests/s, errors < 0.1 %";
		const p95 = (copy: Mutable<Results>) => Object.assign(runOf(copy, "mixed").latency, { p95: 200 });
		const errors = (copy: Mutable<Results>) => Object.assign(runOf(copy, "mixed"), { errorRate: 0.001 });
		expect(changed(p95)).toContain(slow);
		expect(changed(errors)).toContain(slow);
	});

	test("too much memory", () => {
		const change = (copy: Mutable<Results>) => {
			const [sample] = runOf(copy, "mixed").processes.memory;
			if (sample !== undefined) sample.pssBytes["apprun"] = 600e6;
		};
		expect(changed(change)).toContain("all core services together < 512 MB");
	});

	test("a step of the scenario that is missing", () => {
		expect(changed((copy) => copy.own.journey.pop())).toContain(
			"register → login → list → create → deploy → invoke works",
		);
	});
});

type Mutable<Value> = Value extends object ? { -readonly [Name in keyof Value]: Mutable<Value[Name]> } : Value;
