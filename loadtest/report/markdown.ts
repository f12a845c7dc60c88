// Markdown of the reports: tables, numbers, and the note at the end of each that says where its numbers come from.
import { busyWarning, machineLine } from "../bench/machine.ts";
import type { Results } from "../results.ts";

/** A table; numbers are to the right, words to the left. @param words columns that hold words, from the left */
export function table(columns: readonly string[], rows: readonly (readonly string[])[], words = 1): string {
	const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
	const rule = columns.map((_, index) => (index < words ? "---" : "---:"));
	return [line(columns), line(rule), ...rows.map(line)].join("\n");
}

/** A number with so many decimals and commas between thousands; – when there is none. */
export function shown(value: number | null | undefined, decimals: number): string {
	if (value === null || value === undefined || !Number.isFinite(value)) return "–";
	return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** What stands above every report. */
export function header(title: string, { machine, versions, command, effort, seconds }: Results): string {
	const kind = effort.quick
		? "**A quick run**: it shows that everything works; its numbers are of few seconds each."
		: "A whole run.";
	return [
		`# ${title}`,
		"",
		"Written by the runner from [results.json](results.json), never by hand; a test makes it again and compares every byte.",
		"",
		`${kind} ${machineLine(machine, versions)}, ${shown(seconds / 60, 1)} minutes. To repeat it: \`${command}\`.`,
		...(busyWarning(machine) === null ? [] : [`**${busyWarning(machine)}**`]),
		"The load generator runs on the same processor cores as everything that it loads, so trust ratios within a table before rates.",
	].join("\n");
}

/** Text blocks with an empty line between them, and one newline at the end. */
export function page(...blocks: readonly string[]): string {
	return `${blocks.join("\n\n")}\n`;
}
