// Results → the charts as SVG, drawn by ECharts without a browser. The same results give the same bytes.
import * as echarts from "echarts";
import { wayNames } from "../../src/postgraphile/ways.ts";
import type { Results } from "../results.ts";
import { soakName } from "../scenarios.ts";
import { byRate, cpuPerRequest, mebibytes, middle, runOf } from "./numbers.ts";

const width = 860;
const height = 420;
const colors = { apprun: "#0f766e", postgraphile: "#c2410c", postgrest: "#4338ca" } as const;
const lineOf = { p50: "solid", p95: "dashed", p99: "dotted" } as const;

/** Names of files → SVG. */
export function drawCharts(results: Results): Map<string, string> {
	const charts = new Map<string, string>();
	for (const question of results.effort.limitOf) charts.set(`latency-${question}.svg`, latency(results, question));
	charts.set("throughput.svg", throughput(results));
	charts.set("memory.svg", memory(results));
	charts.set("cpu-per-request.svg", cpu(results));
	return charts;
}

function latency(results: Results, question: string): string {
	const { rates } = results.effort;
	const measured = byRate(results).filter((each) => each.question === question);
	const series = wayNames.flatMap((way) =>
		(["p50", "p95", "p99"] as const).map((percentile) => ({
			name: `${way} ${percentile}`,
			type: "line",
			color: colors[way],
			lineStyle: { type: lineOf[percentile], width: 2 },
			symbolSize: 6,
			data: rates.map((rate) => {
				const found = measured.find((each) => each.way === way && each.rate === rate);
				return found === undefined ? null : rounded(middle(found, (result) => result.latency[percentile]));
			}),
		})),
	);
	return draw({
		title: `${question}: latency in ms by requests a second (log scale)`,
		legend: series.map(({ name }) => name),
		xAxis: { type: "category", data: rates.map((rate) => `${rate}/s`) },
		yAxis: { type: "log", name: "ms" },
		series,
	});
}

function throughput({ compared, effort }: Results): string {
	const series = wayNames.map((way) => ({
		name: way,
		type: "bar",
		color: colors[way],
		label: { show: true, position: "top" },
		data: effort.limitOf.map(
			(question) => compared.highest.find((each) => each.question === question && each.way === way)?.rate ?? null,
		),
	}));
	return draw({
		title: "Highest rate with p95 < 100 ms and errors < 0.1 %, requests/s",
		legend: series.map(({ name }) => name),
		xAxis: { type: "category", data: [...effort.limitOf] },
		yAxis: { type: "value" },
		series,
	});
}

function memory(results: Results): string {
	const samples = runOf(results, soakName).result.processes.memory;
	const groups = Object.keys(samples[0]?.pssBytes ?? {});
	const series = groups.map((group) => ({
		name: group,
		type: "line",
		stack: "all",
		areaStyle: {},
		symbol: "none",
		data: samples.map(({ at, pssBytes }) => [rounded(at), rounded(mebibytes(pssBytes[group] ?? 0))]),
	}));
	return draw({
		title: "Memory (PSS, MiB) over time, at 500 requests/s",
		legend: groups,
		xAxis: { type: "value", name: "s", max: Math.ceil(samples.at(-1)?.at ?? 0) },
		yAxis: { type: "value", name: "MiB" },
		series,
	});
}

function cpu(results: Results): string {
	const measured = byRate(results).filter(({ question, rate }) => rate === chosenRate(results, question));
	const labels = measured.map(({ question, way }) => `${question}, ${way}`);
	const groups = [
		...new Set(measured.flatMap(({ rounds }) => Object.keys(rounds[0]?.result.processes.cpuSeconds ?? {}))),
	];
	const series = groups.map((group) => ({
		name: group,
		type: "bar",
		stack: "all",
		data: measured.map((each) => rounded(middle(each, (result) => cpuPerRequest(result)[group] ?? 0))),
	}));
	return draw(
		{
			title: "CPU per request, ms, by process",
			legend: groups,
			xAxis: { type: "value", name: "ms" },
			yAxis: { type: "category", data: labels, inverse: true },
			series,
		},
		120 + labels.length * 24,
	);
}

/** The highest rate that a question was measured at: idle work counts least there. */
function chosenRate({ effort }: Results, question: string): number {
	return effort.limitOf.includes(question) ? (effort.rates.at(-1) ?? 0) : effort.otherRate;
}

interface Chart {
	readonly title: string;
	readonly legend: readonly string[];
	readonly xAxis: object;
	readonly yAxis: object;
	readonly series: readonly object[];
}

function draw({ title, legend, xAxis, yAxis, series }: Chart, tall = height): string {
	const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height: tall });
	try {
		chart.setOption({
			animation: false,
			backgroundColor: "#ffffff",
			title: { text: title, left: "center", top: 8, textStyle: { fontSize: 15 } },
			// The width of text is estimated without a browser, so there is room between.
			legend: { data: [...legend], bottom: 4, itemGap: 28 },
			grid: { left: 20, right: 60, top: 60, bottom: 70, containLabel: true },
			xAxis,
			yAxis,
			series: [...series],
		});
		return `${renumbered(chart.renderToSVGString())}\n`;
	} finally {
		chart.dispose();
	}
}

/** ECharts numbers classes and clips through, over all charts that it has drawn: here each chart begins at 0. */
function renumbered(svg: string): string {
	const names = new Map<string, string>();
	return svg.replaceAll(/\bzr\d+-[a-z]+-?\d+/g, (name) => {
		const known = names.get(name) ?? `zr-${names.size}`;
		names.set(name, known);
		return known;
	});
}

function rounded(value: number): number {
	return Math.round(value * 100) / 100;
}
