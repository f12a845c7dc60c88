#!/usr/bin/env node
// The command of the installed package: runs the compiled apprun with the Node 24 that came along with it. Works on any Node
// from 18; refuses when npm was told not to run the install script that puts that Node in place.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runNode } from "./run-node.mjs";

const main = join(dirname(dirname(fileURLToPath(import.meta.url))), "dist", "src", "main.js");

try {
	await runNode(findNode(), ["--max-semi-space-size=16", "--heap-growing-percent=50", main, ...process.argv.slice(2)]);
} catch (error) {
	process.stderr.write(`\n${error.message}\n`);
	process.exitCode = 1;
}

function findNode() {
	const folder = dirname(createRequire(import.meta.url).resolve("node/package.json"));
	const node = join(folder, "bin", "node");
	if (existsSync(node)) return node;
	if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
	throw new Error(
		`apprun runs on the Node 24 of its package "node", which npm has not put in place because it was told not to run install scripts. Allow that one (npm approve-scripts node, npm rebuild node), or run apprun with Node 24; this is Node ${process.versions.node}.`,
	);
}
