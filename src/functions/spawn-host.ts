// Starts one host process and speaks with it: one thing at a time. Whatever goes wrong in there ends in HostLost or in
// HostTimeout, never in this process; after either the host is gone.
import type { ChildProcess } from "node:child_process";
import type {
	Admission,
	AdmitRequest,
	CallDone,
	CallRequest,
	FromHost,
	HostCall,
	HostCallReply,
	ToHost,
} from "./host/protocol.ts";
import type { HostProgram } from "./prepare-host.ts";
import { spawnConfined } from "./spawn-confined.ts";

export interface HostOptions {
	readonly program: HostProgram;
	/** Cap that V8 itself keeps, in pages of 64 KiB: the highest memory limit of any function. */
	readonly memoryPages: number;
	readonly tableEntries: number;
	/** Unprivileged user to run as; null: as ourselves. */
	readonly user: { readonly uid: number; readonly gid: number } | null;
}

/** The process ended, by itself or by somebody's signal, before it answered. */
export class HostLost extends Error {}

/** It did not answer in time and was killed. */
export class HostTimeout extends Error {}

/** Nobody waited for the answer any more, so it was killed. */
export class HostCancelled extends Error {}

/** Answers the host calls of a guest; its signal ends when the call does. */
export type AnswerHostCall = (call: HostCall, signal: AbortSignal) => Promise<HostCallReply>;

/** What a call is held to. */
export interface Calling {
	readonly timeoutMs: number;
	readonly answerHostCall: AnswerHostCall | null;
	/** Ends it when it is aborted. */
	readonly cancelled: AbortSignal | null;
}

interface Waiting {
	readonly resolve: (answer: Admission | CallDone) => void;
	readonly reject: (error: Error) => void;
	readonly answerHostCall: AnswerHostCall | null;
	/** Lets go of what could still end it. */
	readonly settle: () => void;
	/** Made with the first host call: ends them with the call. */
	hostCalls: AbortController | null;
}

const startTimeoutMs = 10_000;

export class Host {
	readonly pid: number;
	readonly exited: Promise<void>;
	/** Modules that it holds, by cache key; kept by the pool. */
	calls = 0;
	residentBytes = 0;
	readonly #child: ChildProcess;
	#waiting: Waiting | null = null;
	#alive = true;

	constructor(child: ChildProcess) {
		this.#child = child;
		this.pid = child.pid ?? 0;
		this.exited = new Promise((resolve) => {
			const ended = () => {
				this.#alive = false;
				this.#settle()?.reject(new HostLost("the host process ended"));
				resolve();
			};
			child.once("exit", ended);
			child.once("error", ended);
		});
		child.on("message", (message: FromHost) => this.#receive(message));
	}

	get alive(): boolean {
		return this.#alive;
	}

	/** @throws HostLost, HostTimeout */
	admit(request: AdmitRequest, timeoutMs: number): Promise<Admission> {
		return this.#ask(request, { timeoutMs, answerHostCall: null, cancelled: null }) as Promise<Admission>;
	}

	/** @throws HostLost, HostTimeout, HostCancelled */
	call(request: CallRequest, calling: Calling): Promise<CallDone> {
		this.calls += 1;
		return this.#ask(request, calling) as Promise<CallDone>;
	}

	/** Ends the process at once, in whatever state it is. */
	kill(): void {
		this.#alive = false;
		this.#child.kill("SIGKILL");
	}

	#ask(request: ToHost, { timeoutMs, answerHostCall, cancelled }: Calling): Promise<Admission | CallDone> {
		return new Promise((resolve, reject) => {
			if (!this.#alive) return reject(new HostLost("the host process has ended"));
			const end = (error: Error) => {
				this.kill();
				this.#settle()?.reject(error);
			};
			const cancel = () => end(new HostCancelled("nobody waits for the answer any more"));
			cancelled?.addEventListener("abort", cancel);
			const late = () => end(new HostTimeout(`the host did not answer within ${timeoutMs} ms`));
			const timer = setTimeout(late, timeoutMs);
			const settle = () => {
				clearTimeout(timer);
				cancelled?.removeEventListener("abort", cancel);
			};
			this.#waiting = { resolve, reject, answerHostCall, settle, hostCalls: null };
			this.#send(request);
			if (cancelled?.aborted === true) cancel();
		});
	}

	#receive(message: FromHost): void {
		if (message.kind === "graphql") void this.#answer(message);
		else if (message.kind !== "ready") this.#settle()?.resolve(message);
	}

	async #answer(call: HostCall): Promise<void> {
		const waiting = this.#waiting;
		if (waiting?.answerHostCall == null) return;
		try {
			waiting.hostCalls ??= new AbortController();
			const reply = await waiting.answerHostCall(call, waiting.hostCalls.signal);
			if (this.#waiting === waiting) this.#send(reply);
		} catch (error) {
			if (this.#waiting !== waiting) return;
			this.kill();
			this.#settle()?.reject(error instanceof Error ? error : new HostLost(String(error)));
		}
	}

	#send(message: ToHost): void {
		this.#child.send(message, (error) => {
			if (error === null) return;
			this.kill();
			this.#settle()?.reject(new HostLost("the host process cannot be reached"));
		});
	}

	#settle(): Waiting | null {
		const waiting = this.#waiting;
		this.#waiting = null;
		if (waiting !== null) {
			waiting.settle();
			waiting.hostCalls?.abort();
		}
		return waiting;
	}
}

/** @returns a host that is ready. @throws HostLost when it does not start */
export async function spawnHost(options: HostOptions): Promise<Host> {
	const child = start(options);
	const host = new Host(child);
	const ready = new Promise<true>((resolve) => child.once("message", () => resolve(true)));
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<false>((resolve) => {
		timer = setTimeout(resolve, startTimeoutMs, false);
	});
	const started = await Promise.race([ready, late, host.exited.then(() => false)]);
	clearTimeout(timer);
	if (started) return host;
	host.kill();
	throw new HostLost("a function host did not start");
}

function start({ program, memoryPages, tableEntries, user }: HostOptions): ChildProcess {
	const flags = [
		`--allow-fs-read=${program.folder}`,
		`--wasm-max-mem-pages=${memoryPages}`,
		`--wasm-max-table-size=${tableEntries}`,
		"--max-old-space-size=64",
		"--max-semi-space-size=1",
		"--v8-pool-size=1",
	];
	return spawnConfined({ arguments: [...flags, program.entry], folder: program.folder, user });
}
