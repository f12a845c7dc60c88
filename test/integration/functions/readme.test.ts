// The first function of the README compiles with the command shown, and answers what is shown.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { expect, test } from "vitest";
import { packageRoot } from "../../../src/stack/package-root.ts";
import { startTestHosts } from "../../support/functions/test-hosts.ts";

const readme = readFileSync(join(packageRoot, "README.md"), "utf8");
const shown =
	/cat > greet\.ts <<'END'\n(.*?)END\n\$ npx asc (.*?)\n.*?functions invoke greet '(.*?)' .*?\n(.*?)\n/s.exec(readme);

test("the README's first function", { timeout: 60_000 }, async () => {
	const [, source = "", command = "", input = "", answer = ""] = shown ?? [];
	let bytes = new Uint8Array();
	const { error, stderr } = await asc.main(command.split(" "), {
		readFile(name) {
			if (name === "greet.ts") return source;
			try {
				return readFileSync(join(packageRoot, name), "utf8");
			} catch {
				return null;
			}
		},
		writeFile(_name, contents) {
			bytes = new Uint8Array(contents as Uint8Array);
		},
		listFiles: () => [],
	});
	expect(error, stderr.toString()).toBeNull();
	const hosts = await startTestHosts();
	try {
		const result = await hosts.invoke({ bytes, name: "greet", input: JSON.parse(input) });
		expect(result).toMatchObject({ status: "SUCCESS", output: answer });
	} finally {
		await hosts.stop();
	}
});
