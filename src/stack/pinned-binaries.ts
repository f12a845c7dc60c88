// The Go programs of the stack with their pinned versions: how each is recognised, built and downloaded.
import { arch, platform } from "node:os";

/** A program that is found, built from its pinned module, or downloaded. */
export interface PinnedBinary {
	readonly name: "kratos" | "k6";
	/** As in its release tag, without the v. */
	readonly version: string;
	/** Setting that may hold its path. */
	readonly setting: string;
	/** Folder below tools/ with its go.mod and go.sum. */
	readonly module: string;
	readonly goPackage: string;
	/** Linker flags beyond `-s -w`. */
	readonly linkerFlags: string;
	/** The official release for this machine, or null when there is none. */
	readonly release: Release | null;
}

/** An archive of an official release and the file with its checksum. */
export interface Release {
	readonly archiveUrl: string;
	/** `sha256  name` lines. */
	readonly checksumsUrl: string;
	/** Path of the program inside the archive. */
	readonly member: string;
}

const machine = `${platform()}-${arch()}`;

const kratosVersion = "1.3.1";
const kratosMachines: Readonly<Record<string, string>> = {
	"linux-x64": "linux_64bit",
	"linux-arm64": "linux_arm64",
	"darwin-x64": "macOS_64bit",
	"darwin-arm64": "macOS_arm64",
};

const k6Version = "1.8.1";
const k6Machines: Readonly<Record<string, string>> = {
	"linux-x64": "linux-amd64.tar.gz",
	"linux-arm64": "linux-arm64.tar.gz",
	"darwin-x64": "macos-amd64.zip",
	"darwin-arm64": "macos-arm64.zip",
};

/** Ory Kratos. v1.3.1 is the newest that Go can require as a module. */
export const kratosBinary: PinnedBinary = Object.freeze({
	name: "kratos",
	version: kratosVersion,
	setting: "APPRUN_KRATOS_BIN",
	module: "kratos",
	goPackage: "github.com/ory/kratos",
	linkerFlags: `-X github.com/ory/kratos/driver/config.Version=v${kratosVersion}`,
	release: releaseOf(
		`https://github.com/ory/kratos/releases/download/v${kratosVersion}`,
		kratosMachines[machine],
		(name) => ({ archive: `kratos_${kratosVersion}-${name}.tar.gz`, checksums: "checksums.txt", member: "kratos" }),
	),
});

/** k6, for load tests only. */
export const k6Binary: PinnedBinary = Object.freeze({
	name: "k6",
	version: k6Version,
	setting: "APPRUN_K6_BIN",
	module: "k6",
	goPackage: "go.k6.io/k6",
	linkerFlags: "",
	release: releaseOf(`https://github.com/grafana/k6/releases/download/v${k6Version}`, k6Machines[machine], (name) => ({
		archive: `k6-v${k6Version}-${name}`,
		checksums: `k6-v${k6Version}-checksums.txt`,
		member: `k6-v${k6Version}-${name.replace(/\.(tar\.gz|zip)$/, "")}/k6`,
	})),
});

function releaseOf(
	base: string,
	name: string | undefined,
	files: (name: string) => { archive: string; checksums: string; member: string },
): Release | null {
	if (name === undefined) return null;
	const { archive, checksums, member } = files(name);
	return Object.freeze({ archiveUrl: `${base}/${archive}`, checksumsUrl: `${base}/${checksums}`, member });
}
