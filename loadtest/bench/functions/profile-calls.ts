// `npm run bench -- functions --profile`: where apprun's own CPU time goes while `add` is called through GraphQL as often as
// there can be. Its rate is that of a profiled process.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../src/stack/package-root.ts";
import { breakDown, readProfile } from "../cpu-profile.ts";
import { breakdownTables } from "../profile-tables.ts";
import type { Bench, SuiteReport } from "../suite.ts";
import { measureEndToEnd } from "./through-graphql.ts";

/** Profiles the calls of the end-to-end measurement. */
export async function profileCalls(bench: Bench): Promise<Pick<SuiteReport, "tables" | "results">> {
	const folder = mkdtempSync(join(tmpdir(), "apprun-profile-"));
	try {
		const { atMost } = await measureEndToEnd(bench, folder);
		// Written when apprun ended, which is why it is read only now.
		const breakdown = breakDown(readProfile(folder), atMost.interval, packageRoot);
		const tables = breakdownTables(breakdown, { name: "add through GraphQL", group: "apprun", measured: atMost });
		return { tables, results: { atMost, breakdown } };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
