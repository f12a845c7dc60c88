// Another commit of this repository as a checkout that runs: a throwaway git worktree. Its packages are this checkout's
// where both lockfiles are the same, else it installs its own. Gives its folder; refuses a ref that git does not know.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export interface Checkout {
	readonly folder: string;
	/** Short hash. */
	readonly commit: string;
	remove(): Promise<void>;
}

const run = promisify(execFile);

/** Checks out a ref of the repository in `root`. @throws Error for a ref that there is not; the signal's reason */
export async function checkOut(root: string, ref: string, signal: AbortSignal): Promise<Checkout> {
	const git = async (...args: string[]) => (await run("git", ["-C", root, ...args], { signal })).stdout.trim();
	const commit = await git("rev-parse", "--short", "--verify", "--end-of-options", `${ref}^{commit}`).catch(
		(cause: unknown) => {
			throw new Error(`There is no commit ${ref} in ${root}.`, { cause });
		},
	);
	const parent = mkdtempSync(join(tmpdir(), "apprun-against-"));
	const folder = join(parent, commit);
	const remove = async () => {
		rmSync(parent, { recursive: true, force: true });
		await run("git", ["-C", root, "worktree", "prune"]);
	};
	try {
		await git("worktree", "add", "--detach", "--quiet", folder, commit);
		const samePackages = await git("diff", "--quiet", commit, "--", "package-lock.json").then(
			() => true,
			() => false,
		);
		if (samePackages) symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
		else await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, signal });
		return { folder, commit, remove };
	} catch (error) {
		await remove();
		throw error;
	}
}
