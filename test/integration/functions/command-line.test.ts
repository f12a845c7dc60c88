// `apprun functions deploy|invoke|list|logs` as a person gives them: answers on stdout, progress on stderr, and an exit code
// that says whether what was asked for succeeded.
import { join } from "node:path";
import { beforeAll, expect, inject, test } from "vitest";
import { packageRoot } from "../../../src/stack/package-root.ts";
import { tokenFor } from "../../support/open-app.ts";
import { runApprun } from "../../support/start-process.ts";

let credential: readonly string[];
beforeAll(async () => {
	const token = (await tokenFor({ tenant: "hooli", role: "owner" })) ?? "";
	credential = ["--token", token, "--url", inject("stack").graphql];
});

const functions = (...args: readonly string[]) => runApprun(["functions", ...args, ...credential], {});
const module = (path: string) => join(packageRoot, "wasm", path);

test("deploys, invokes, lists and shows the log", { timeout: 120_000 }, async () => {
	const limits = ["--limits", "timeMs=500,logLines=10", "--description", "Adds."];
	const deployed = await functions("deploy", "cli-add", module("add-rust/add.wasm"), ...limits);
	expect(deployed).toEqual({
		exitCode: 0,
		stdout: expect.stringMatching(
			/^cli-add version 1 is active: export, add\(i32, i32\) -> i32, sha256 [0-9a-f]{64}\n$/,
		),
		stderr: expect.stringMatching(/^sending add\.wasm, 106 bytes\nadmitted and stored in \d+ ms\n$/),
	});
	expect(await functions("invoke", "cli-add", "[1, 2]")).toEqual({
		exitCode: 0,
		stdout: "3\n",
		stderr: expect.stringMatching(/^SUCCESS version 1 in \d+\.\d ms, cold\n$/),
	});
	expect(await functions("invoke", "cli-add", "[1]", "--version", "1")).toEqual({
		exitCode: 1,
		stdout: expect.stringMatching(/^BAD_INPUT: The input does not fit the function: .+\n$/),
		stderr: expect.stringMatching(/^REFUSED version 1 in /),
	});
	const listed = await functions("list");
	expect(listed.stdout).toMatch(/^name +version +kind .+\n(.*\n)*cli-add +1 of 1 +export .+ Adds\.\n/);
	const logged = await functions("logs", "cli-add", "--first", "1");
	expect(logged.stdout).toMatch(/^started .+\n\S+Z +cli-add@1 +REFUSED .+ The input does not fit the function: .+\n$/);
	expect((await functions("logs", "cli-add", "--status", "timeout")).stdout).toBe("No such call is in the log.\n");
});

test.each([
	["a file that is no module", ["deploy", "cli-bad", join(packageRoot, "README.md")], /is refused: .+\.\s.*\.wasm/s],
	["a file that is not there", ["deploy", "cli-bad", "nowhere.wasm"], /nowhere\.wasm cannot be read/],
	["an unknown function", ["invoke", "cli-none"], /There is no function cli-none/],
	["input that is no JSON", ["invoke", "cli-none", "{"], /not JSON.+Quote it for the shell/s],
	["an unknown kind", ["deploy", "cli-bad", "x.wasm", "--kind", "nonsense"], /export, command, sandbox/],
	["too many lines", ["logs", "--first", "201"], /from 1 to 200/],
])("%s is said in words", { timeout: 60_000 }, async (_what, args, words) => {
	const { exitCode, stdout, stderr } = await functions(...args);
	expect(exitCode).toBe(1);
	expect(stdout).toBe("");
	expect(stderr).toMatch(words);
	expect(stderr).not.toMatch(/\n\s+at /);
});
