// Takes a table of texts, gives it aligned for a terminal: the first columns to the left, numbers to the right.

export interface Table {
	readonly title: string;
	readonly columns: readonly string[];
	readonly rows: readonly (readonly string[])[];
	/** Columns that hold words, from the left. */
	readonly words: number;
	/** What a reader must know to read it, a line each. */
	readonly notes: readonly string[];
}

/** The table as text, ending with a newline. */
export function renderTable({ title, columns, rows, words, notes }: Table): string {
	const lines = [columns, ...rows];
	const widths = columns.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
	const render = (line: readonly string[]) =>
		widths
			.map((width, column) => {
				const cell = line[column] ?? "";
				return column < words ? cell.padEnd(width) : cell.padStart(width);
			})
			.join("  ")
			.trimEnd();
	const [head = "", ...body] = lines.map(render);
	const rule = "─".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
	return `${[title, "", head, rule, ...body, ...notes].join("\n")}\n`;
}

/** A number with so many decimals; – when there is none. */
export function decimals(value: number | null, count: number): string {
	return value === null || !Number.isFinite(value) ? "–" : value.toFixed(count);
}

/** The middle of the values, or the mean of the middle two; NaN of none. */
export function median(values: readonly number[]): number {
	return (percentile(values, 50) + percentile(values, 50, "upper")) / 2;
}

/** The least value that so many per cent of all do not exceed (nearest rank); NaN of none. */
export function percentile(values: readonly number[], percent: number, tie: "lower" | "upper" = "lower"): number {
	const sorted = Float64Array.from(values).sort();
	const rank = (percent / 100) * sorted.length;
	const index = tie === "upper" && Number.isInteger(rank) ? rank : Math.ceil(rank) - 1;
	return sorted[Math.max(0, Math.min(index, sorted.length - 1))] ?? Number.NaN;
}

/**
 * Between which values the median of what was sampled lies, with 95 % confidence, whatever its distribution (ranks of the
 * binomial distribution, by its normal approximation); NaN of fewer than six values.
 */
export function medianInterval(values: readonly number[]): readonly [number, number] {
	const sorted = Float64Array.from(values).sort();
	const half = 0.98 * Math.sqrt(sorted.length);
	const low = Math.floor(sorted.length / 2 - half) - 1;
	return [sorted[low] ?? Number.NaN, sorted[sorted.length - 1 - low] ?? Number.NaN];
}
