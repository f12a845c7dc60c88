// Says where and on what a benchmark ran, because its numbers mean nothing elsewhere.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { join } from "node:path";

export interface Machine {
	readonly cores: number;
	readonly model: string;
	readonly memoryBytes: number;
	readonly system: string;
	/** Load average of the last minute, before the benchmark. */
	readonly load: number;
	readonly node: string;
	readonly apprun: string;
	/** Short hash, with `+` when files differ from it; null outside a git checkout. */
	readonly commit: string | null;
	readonly at: string;
}

/** Describes this machine and the checkout in `root`. */
export function describeMachine(root: string): Machine {
	const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
	return {
		cores: cpus().length,
		model: cpus()[0]?.model.trim() ?? "unknown processor",
		memoryBytes: totalmem(),
		system: `${type()} ${release()}`,
		load: loadavg()[0] ?? 0,
		node: process.version,
		apprun: manifest.version,
		commit: commitOf(root),
		at: new Date().toISOString(),
	};
}

/** One line for a person. */
export function machineLine(machine: Machine, versions: Readonly<Record<string, string>>): string {
	const { cores, model, memoryBytes, system, load, node, apprun, commit, at } = machine;
	return [
		`${cores} × ${model}, ${Math.round(memoryBytes / 2 ** 30)} GiB, ${system}, load ${load.toFixed(1)} before`,
		`Node ${node}`,
		...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
		`apprun ${apprun}${commit === null ? "" : ` (${commit})`}`,
		at,
	].join(" · ");
}

/** What a reader must know about a machine that was busy with something else; null when it was not. */
export function busyWarning({ cores, load }: Machine): string | null {
	if (load < cores / 2) return null;
	return "The machine was busy. apprun's one thread then gets a smaller part of it than the many of PostgREST and Postgres do: trust only the CPU columns.";
}

function commitOf(root: string): string | null {
	const git = (...args: string[]) =>
		execFileSync("git", ["-C", root, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
	try {
		const differs = git("status", "--porcelain", "--untracked-files=no") !== "";
		return `${git("rev-parse", "--short", "HEAD")}${differs ? "+" : ""}`;
	} catch {
		return null;
	}
}
