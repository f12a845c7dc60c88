// A program of another version is never used, wherever it comes from.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Observation } from "../../../src/observe/observation.ts";
import { kratosBinary } from "../../../src/stack/pinned-binaries.ts";
import { findOnPath, resolveBinary } from "../../../src/stack/resolve-binary.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A program that only says its version. */
function program(says: string): string {
	const path = join(temporaryFolder(), "program");
	writeFileSync(path, `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
	return path;
}

async function resolve(explicitPath: string) {
	const seen: Observation[] = [];
	const observe = (observation: Observation) => void seen.push(observation);
	const path = await resolveBinary(kratosBinary, { explicitPath, dataDir: temporaryFolder(), observe });
	return { path, seen };
}

test("the explicit path is taken and told", async () => {
	const path = program("Version:    v1.3.1");
	expect(await resolve(path)).toEqual({
		path,
		seen: [{ kind: "binary.resolved", binary: "kratos v1.3.1", path, origin: "APPRUN_KRATOS_BIN" }],
	});
});

test.each(["Version: v1.3.0", "Version: v1.3.10", "Version: v11.3.1", "something else", ""])(
	"an explicit program that says %j is refused",
	async (says) => {
		await expect(resolve(program(says))).rejects.toThrow(/APPRUN_KRATOS_BIN names .* which is not kratos v1\.3\.1/);
	},
);

test("an explicit path to nothing is refused", async () => {
	await expect(resolve("/nowhere/kratos")).rejects.toThrow(/which is not kratos/);
});

test("on the PATH only the right version counts", async () => {
	const running = process.versions.node;
	expect(await findOnPath("node", `${running}1`, ["--version"])).toBeNull();
	expect(await findOnPath("there-is-no-such-program", "1", ["--version"])).toBeNull();
	expect(await findOnPath("sh", running, ["-c", `echo v${running}`])).toMatch(/^\//);
});
