// Runs a script with the Node 24 that comes with the packages, installing those first when they are missing or older
// than package-lock.json. Works on any Node from 18, on nothing but npm: `node tools/run.mjs <script> [arguments]`.
import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { endBySignal, forwardSignals, refuseOldLibraries, runNode } from "./run-node.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pinnedNode = join(root, "node_modules", "node", "bin", "node");

try {
	refuseOldNode();
	if (!isInstalled()) await installAlone();
	await runNode(pinnedNode, process.argv.slice(2));
} catch (error) {
	process.stderr.write(`\n${error.message}\n`);
	process.exitCode = 1;
}

function refuseOldNode() {
	if (Number(process.versions.node.split(".")[0]) < 18)
		throw new Error(`This is Node ${process.versions.node}; apprun needs Node 18 or newer to install itself.`);
	if (process.platform !== "linux" && process.platform !== "darwin")
		throw new Error("apprun's local stack needs Linux or macOS. On Windows use WSL, or deploy/compose.yaml.");
}

/** npm writes node_modules/.package-lock.json last, so an interrupted install is not taken for a whole one. */
function isInstalled() {
	const wanted = readPackages("package-lock.json");
	const present = readPackages(join("node_modules", ".package-lock.json"));
	if (wanted === null) throw new Error(`${root} has no readable package-lock.json: this checkout is not whole.`);
	if (present === null || !existsSync(pinnedNode)) return false;
	return Object.entries(wanted).every(([path, { version, integrity, optional, devOptional }]) => {
		const found = present[path];
		// Optional ones are missing where they are for other machines.
		if (found === undefined) return path === "" || optional === true || devOptional === true;
		return found.version === version && found.integrity === integrity;
	});
}

function readPackages(file) {
	try {
		return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
	} catch {
		return null;
	}
}

/** `npm start` and `npm test` may both find nothing installed, at the same time. */
async function installAlone() {
	refuseOldLibraries();
	const lock = join(root, ".apprun", "install.lock");
	try {
		mkdirSync(dirname(lock), { recursive: true });
	} catch (error) {
		throw new Error(`apprun must install its packages, but ${root} cannot be written (${error.code}).`);
	}
	const report = reportProgress("waiting for another install of this checkout");
	while (!takeLock(lock)) await new Promise((resolve) => setTimeout(resolve, 500));
	report.end();
	try {
		if (!isInstalled()) await install();
	} finally {
		rmSync(lock, { force: true });
	}
}

function takeLock(lock) {
	try {
		writeFileSync(lock, String(process.pid), { flag: "wx" });
		return true;
	} catch (error) {
		if (error.code !== "EEXIST") throw error;
	}
	try {
		process.kill(Number(readFileSync(lock, "utf8")), 0);
	} catch (error) {
		// Its holder is gone.
		if (error.code === "ESRCH") rmSync(lock, { force: true });
	}
	return false;
}

async function install() {
	// Not its warnings: the packages run on the Node that is among them, whatever the version that npm runs on.
	const quiet = ["--loglevel=error", "--no-audit", "--no-fund"];
	const report = reportProgress("installing packages with npm ci");
	const { code, output } = await runNpm(["ci", "--include=dev", "--include=optional", ...quiet]).finally(report.end);
	if (code === 0) report.tell("packages are installed");
	if (code !== 0)
		throw new Error(
			`${output.trim().split("\n").slice(0, 20).join("\n")}\n\nThe packages could not be installed: npm ended with code ${code}, see above. Check that the npm registry can be reached and the disk has room, then try again.`,
		);
	if (!isInstalled())
		throw new Error(
			`npm ci succeeded, but ${pinnedNode} is not there. Install scripts may be off: run \`npm config get ignore-scripts\`, and if it says true, \`npm ci --ignore-scripts=false\`.`,
		);
}

function runNpm(args) {
	const cli = process.env.npm_execpath ?? "";
	const [command, first] = /npm-cli\.c?js$/.test(cli) ? [process.execPath, [cli]] : ["npm", []];
	return new Promise((resolve, reject) => {
		const child = spawn(command, [...first, ...args], {
			cwd: root,
			env: npmEnvironment(),
			stdio: ["ignore", "pipe", "pipe"],
		});
		const stopForwarding = forwardSignals(child);
		let output = "";
		for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
		child.once("error", (error) => {
			stopForwarding();
			reject(new Error(`npm cannot be started (${error.code}). apprun needs npm on the PATH to install itself.`));
		});
		child.once("close", (code, signal) => {
			stopForwarding();
			if (signal !== null) endBySignal(signal);
			resolve({ code, output });
		});
	});
}

/** A user without a home, such as nobody, has no npm cache either. */
function npmEnvironment() {
	const cache = process.env.npm_config_cache ?? join(process.env.HOME ?? "/nonexistent", ".npm");
	return isWritable(cache) ? process.env : { ...process.env, npm_config_cache: join(root, ".apprun", "npm-cache") };
}

function isWritable(folder) {
	if (!existsSync(folder)) return dirname(folder) !== folder && isWritable(dirname(folder));
	try {
		accessSync(folder, constants.W_OK);
		return true;
	} catch {
		return false;
	}
}

/** One line on a terminal that counts the seconds; elsewhere a line every ten. Silent for the first second. */
function reportProgress(text) {
	const startedAt = Date.now();
	const terminal = process.stderr.isTTY === true;
	const line = (what) => `apprun: ${what} (${Math.round((Date.now() - startedAt) / 1000)} s)`;
	let seconds = 0;
	const timer = setInterval(() => {
		seconds += 1;
		if (terminal) process.stderr.write(`\r\u001b[K${line(text)}`);
		else if (seconds % 10 === 1) process.stderr.write(`${line(text)}\n`);
	}, 1000);
	return {
		end() {
			clearInterval(timer);
			if (terminal && seconds > 0) process.stderr.write("\r\u001b[K");
		},
		tell: (result) => process.stderr.write(`${line(result)}\n`),
	};
}
