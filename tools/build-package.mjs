// Makes dist/, what the npm package runs: the compiled sources, and beside them the files that they read, laid out as in a
// checkout. `npm pack` calls it. Node does not strip types inside node_modules, so a package must be compiled.
import { spawnSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");

rmSync(dist, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, "--project", join(root, "tsconfig.package.json")], {
	stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
for (const folder of ["schema", "sql", "policies"]) cpSync(join(root, folder), join(dist, folder), { recursive: true });
for (const file of globSync("src/**/*.{js,css}", { cwd: root })) cpSync(join(root, file), join(dist, file));
