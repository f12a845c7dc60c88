// Takes a module that somebody wants to deploy, gives the version that it became. Refuses bad names, limits and modules
// with a reason; a module is looked at by a host before anything is stored.
import type { Pool } from "pg";
import { AppError } from "../error/app-error.ts";
import { refusalHints } from "./function-error.ts";
import type { Admission, ModuleKind, RefusalReason } from "./host/protocol.ts";
import type { HostRunner } from "./host-runner.ts";
import { type FunctionLimits, fixedLimits, memoryPages, resolveLimits } from "./limits.ts";
import { type Caller, type FunctionVersion, insertVersion } from "./registry.ts";
import { NotScheduled } from "./scheduler.ts";

export interface Deployment {
	readonly name: string;
	readonly bytes: Uint8Array;
	/** Null: found out from the exports. */
	readonly kind: ModuleKind | null;
	readonly limits: Partial<Record<keyof FunctionLimits, number | null | undefined>>;
	readonly description: string | null;
}

export interface DeployOptions {
	readonly pool: Pool;
	readonly runner: Pick<HostRunner, "admit">;
	readonly moduleBytes: number;
}

const namePattern = /^[a-z][a-z0-9_-]{0,62}$/;
const descriptionLength = 2000;

/** @throws AppError BAD_USER_INPUT, with `extensions.reason` when it is the module; LIMIT_EXCEEDED when too many wait */
export async function deploy(options: DeployOptions, caller: Caller, given: Deployment): Promise<FunctionVersion> {
	checkTexts(given);
	const limits = resolveLimits(given.limits);
	if (given.bytes.length > options.moduleBytes)
		throw refusal("TOO_LARGE", `it has ${given.bytes.length} bytes of at most ${options.moduleBytes}`);
	const admission = await admit(options.runner, caller, { ...given, memoryPages: memoryPages(limits) });
	if (admission.kind === "refused") throw refusal(admission.reason, admission.detail);
	const kind = given.kind ?? (admission.entry.kind === "command" ? "command" : "export");
	const { name, description, bytes } = given;
	return insertVersion(options.pool, caller, { name, description, bytes, kind, limits, entry: admission.entry });
}

function checkTexts({ name, description }: Deployment): void {
	if (!namePattern.test(name))
		throw new AppError("BAD_USER_INPUT", {
			message: "A function cannot have this name.",
			hint: "Use a lower-case letter, then up to 62 lower-case letters, digits, _ and -.",
		});
	if (description !== null && (description.length > descriptionLength || description.includes("\0")))
		throw new AppError("BAD_USER_INPUT", {
			message: "The description cannot be used.",
			hint: `Write at most ${descriptionLength} characters, none of them NUL.`,
		});
}

async function admit(
	runner: Pick<HostRunner, "admit">,
	{ tenantId }: Caller,
	given: Pick<Deployment, "bytes" | "kind" | "name"> & { memoryPages: number },
): Promise<Admission> {
	const { tableEntries, exports } = fixedLimits;
	const caps = { memoryPages: given.memoryPages, tableEntries, exports };
	try {
		const request = { bytes: given.bytes, moduleKind: given.kind, functionName: given.name, caps };
		return await runner.admit(request, tenantId);
	} catch (error) {
		if (!(error instanceof NotScheduled)) throw error;
		throw new AppError("LIMIT_EXCEEDED", {
			message: "Too many function calls of your tenant are waiting.",
			hint: "Deploy again in a moment.",
			cause: error,
		});
	}
}

function refusal(reason: RefusalReason, detail: string): AppError {
	return new AppError("BAD_USER_INPUT", {
		message: `The module is refused: ${detail}.`,
		hint: refusalHints[reason],
		extensions: { reason },
	});
}
