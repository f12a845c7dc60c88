// `npm run wasm:build`: rebuilds the example functions with the toolchains of this machine, writes each one's manifest, and
// says what is missing and how to get it. With --check it writes nothing, and fails where a build differs although the
// compiler is the same. Names of folders limit it to those.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [names, check] = [process.argv.slice(2).filter((name) => name !== "--check"), process.argv.includes("--check")];

/** A toolchain: the programs that it may be, how to know its version, and how to get it. */
const toolchains = {
	rust: {
		// The Rust of a distribution brings the standard library for WebAssembly; rustup's may lack it.
		programs: ["/usr/bin/rustc", "rustc"],
		usable: (program) =>
			existsSync(join(run(program, ["--print", "sysroot"]).trim(), "lib/rustlib/wasm32-unknown-unknown")),
		hint: "rustup target add wasm32-unknown-unknown, or on Debian: apt-get install rustc libstd-rust-dev-wasm32 lld-14",
		build: (program, source, target, flags) =>
			run(program, [
				...["--edition", "2021", "--target", "wasm32-unknown-unknown", "--crate-type", "cdylib"],
				...["-C", "opt-level=z", "-C", "lto=fat", "-C", "panic=abort", "-C", "codegen-units=1", "-C", "strip=symbols"],
				...["-C", "link-arg=-zstack-size=65536", "--remap-path-prefix", `${here}=wasm`],
				...[...flags, "-o", target, source],
			]),
	},
	c: {
		programs: ["clang-19", "clang"],
		usable: (program) => run(program, ["--print-targets"]).includes("wasm32"),
		hint: "on Debian: apt-get install clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32",
		build: (program, source, target, flags) =>
			run(program, ["-Oz", "-flto", "-Wall", "-Wextra", "-Wl,--strip-all", ...flags, "-o", target, source]),
	},
	assemblyscript: {
		programs: [join(here, "../node_modules/assemblyscript/bin/asc.js")],
		usable: existsSync,
		hint: "npm install",
		build: (program, source, target, flags) =>
			run(process.execPath, [
				...[program, source, "-o", target, "-Oz", "--noAssert", "--runtime", "stub", "--use", "abort="],
				...["--exportStart", "_initialize", ...flags],
			]),
	},
};

let failed = false;
for (const name of readdirSync(here).sort()) {
	const manifest = join(here, name, "manifest.json");
	if (existsSync(manifest) && (names.length === 0 || names.includes(name))) build(name, manifest);
}
process.exitCode = failed ? 1 : 0;

function build(name, path) {
	const manifest = JSON.parse(readFileSync(path, "utf8"));
	const toolchain = toolchains[manifest.toolchain];
	const program = toolchain.programs.find((candidate) => {
		try {
			return toolchain.usable(candidate);
		} catch {
			return false;
		}
	});
	if (program === undefined) return say(name, `not rebuilt: no ${manifest.toolchain} here (${toolchain.hint})`);
	const folder = mkdtempSync(join(tmpdir(), "apprun-wasm-"));
	try {
		const target = join(folder, "module.wasm");
		toolchain.build(program, join(here, name, manifest.source), target, manifest.flags);
		keep(name, path, manifest, readFileSync(target), version(program));
	} catch (error) {
		failed = true;
		say(name, `does not build: ${error.stderr ?? error.message}`);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function keep(name, path, manifest, bytes, compiler) {
	const sha256 = createHash("sha256").update(bytes).digest("hex");
	const same = sha256 === manifest.sha256;
	say(name, `${bytes.length} bytes, ${same ? "identical" : "changed"} (${compiler})`);
	if (check) failed ||= !same && compiler === manifest.compiler;
	else if (!same) {
		writeFileSync(join(here, name, manifest.module), bytes);
		writeFileSync(path, `${JSON.stringify({ ...manifest, compiler, size: bytes.length, sha256 }, null, "\t")}\n`);
	}
}

function version(program) {
	const text = program.endsWith(".js") ? run(process.execPath, [program, "--version"]) : run(program, ["--version"]);
	return text.split("\n")[0].trim();
}

function run(program, args) {
	return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function say(name, text) {
	process.stdout.write(`${name.padEnd(20)} ${text}\n`);
}
