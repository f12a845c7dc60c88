// A release archive is used only when its SHA-256 is the published one.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { downloadRelease } from "../../../src/stack/download-release.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const member = "tool-v1/tool";

/** A real archive with one program. */
function archive(): Buffer {
	const folder = temporaryFolder();
	mkdirSync(join(folder, "tool-v1"));
	writeFileSync(join(folder, member), "#!/bin/sh\necho v1\n", { mode: 0o755 });
	execFileSync("tar", ["-czf", "tool.tar.gz", member], { cwd: folder });
	return readFileSync(join(folder, "tool.tar.gz"));
}

/** A site with these files; gives its base URL. */
async function site(files: Readonly<Record<string, Buffer | string>>): Promise<string> {
	const server = createServer((request, response) => {
		const file = files[request.url ?? ""];
		response.writeHead(file === undefined ? 404 : 200).end(file);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function download(files: Readonly<Record<string, Buffer | string>>) {
	const folder = temporaryFolder();
	const base = await site(files);
	const release = { archiveUrl: `${base}/tool.tar.gz`, checksumsUrl: `${base}/checksums.txt`, member };
	const target = join(folder, "tool");
	const failure = await downloadRelease(release, target).then(
		() => null,
		(error: Error) => error.message,
	);
	return { failure, target, left: readdirSync(folder) };
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

test("the program of an archive with the published checksum is there, and nothing else", async () => {
	const bytes = archive();
	const list = `${"0".repeat(64)}  other.tar.gz\n${sha256(bytes)}  tool.tar.gz\n`;
	const { failure, target, left } = await download({ "/tool.tar.gz": bytes, "/checksums.txt": list });
	expect(failure).toBeNull();
	expect(execFileSync(target, { encoding: "utf8" })).toBe("v1\n");
	expect(left).toEqual(["tool"]);
});

test("an archive with one other byte is not used", async () => {
	const bytes = archive();
	const tampered = Buffer.from(bytes);
	tampered.writeUInt8(tampered.readUInt8(20) ^ 1, 20);
	const { failure, target, left } = await download({
		"/tool.tar.gz": tampered,
		"/checksums.txt": `${sha256(bytes)}  tool.tar.gz\n`,
	});
	expect(failure).toMatch(/is published: it was not used/);
	expect(existsSync(target)).toBe(false);
	expect(left).toEqual([]);
});

test("an archive without a published checksum is not used", async () => {
	const bytes = archive();
	const list = `${sha256(bytes)}  tool.tar.gz.sig\n`;
	const { failure, left } = await download({ "/tool.tar.gz": bytes, "/checksums.txt": list });
	expect(failure).toMatch(/no checksum of tool.tar.gz/);
	expect(left).toEqual([]);
});

test("what is not there is named", async () => {
	const { failure } = await download({});
	expect(failure).toMatch(/checksums.txt cannot be fetched: HTTP 404/);
});
