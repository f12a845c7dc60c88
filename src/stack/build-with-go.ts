// Builds a pinned program from its module under tools/, whose go.sum is committed; refuses when there is no Go or the
// build fails, with what Go said.
import { accessSync, constants, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "./package-root.ts";
import type { PinnedBinary } from "./pinned-binaries.ts";
import { lastLines, runCommand } from "./run-command.ts";

/** Whether Go is on the PATH. */
export async function hasGo(): Promise<boolean> {
	try {
		return (await runCommand({ command: "go", args: ["version"] })).exitCode === 0;
	} catch {
		return false;
	}
}

/**
 * Builds `binary` into the file `target`. Takes minutes the first time.
 * @throws Error with Go's last lines
 */
export async function buildWithGo(binary: PinnedBinary, target: string, signal?: AbortSignal): Promise<void> {
	const linkerFlags = `-s -w ${binary.linkerFlags}`.trim();
	const home = `${target}.home`;
	try {
		const result = await runCommand({
			command: "env",
			args: [
				// Without cgo no C compiler is needed, and the result does not depend on the machine's C library.
				"CGO_ENABLED=0",
				// Go keeps its caches at home; a user such as nobody has none.
				...(isWritable(homedir()) ? [] : [`HOME=${home}`]),
				...["go", "build", "-trimpath", "-buildvcs=false", "-modcacherw"],
				...["-ldflags", linkerFlags, "-o", target, binary.goPackage],
			],
			cwd: join(packageRoot, "tools", binary.module),
			...(signal === undefined ? {} : { signal }),
		});
		if (result.exitCode !== 0) throw new Error(`go build failed: ${lastLines(result)}`);
	} finally {
		rmSync(home, { recursive: true, force: true });
	}
}

function isWritable(folder: string): boolean {
	try {
		accessSync(folder, constants.W_OK);
		return true;
	} catch {
		return false;
	}
}
