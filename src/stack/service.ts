// Supervises one child process: starts it, waits until it answers, restarts it with growing pauses when it ends, stops
// it for good. Refuses a first start that fails, with the last lines that the child printed.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Observe, ServiceName } from "../observe/observation.ts";
import { OutputTail } from "./output-tail.ts";
import type { ServiceUser } from "./service-user.ts";
import { StackError } from "./stack-error.ts";

/** One child: how it is run and how it is known to answer. */
export interface ServiceSpec {
	readonly name: ServiceName;
	readonly command: string;
	readonly args: readonly string[];
	/** The whole environment: nothing of ours is inherited. */
	readonly env: Readonly<Record<string, string>>;
	readonly cwd: string;
	/** Null: as ourselves. */
	readonly user: ServiceUser | null;
	readonly stopSignal: NodeJS.Signals;
	/** After this it is killed. */
	readonly stopTimeoutMs: number;
	/** Longest wait from the start to the first answer. */
	readonly startTimeoutMs: number;
	/** Runs before every start: removes what a killed predecessor left. */
	prepare(): void;
	/** Whether it answers; bounded by itself, never throws. */
	probe(): Promise<boolean>;
}

/** What a service tells while it runs. */
export interface ServiceHooks {
	readonly observe: Observe;
	/** The child's pid, or null when it has ended. */
	onPid(name: ServiceName, pid: number | null): void;
}

const firstPauseMs = 250;
const longestPauseMs = 10_000;
const stableAfterMs = 10_000;
const probeEveryMs = 50;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** A running, supervised child. */
export class Service {
	readonly #spec: ServiceSpec;
	readonly #hooks: ServiceHooks;
	#tail = new OutputTail();
	#child: Child | null = null;
	#exited: Promise<void> = Promise.resolve();
	#failures = 0;
	#exit: { exitCode: number | null; signal: string | null } = { exitCode: null, signal: null };
	#restart: NodeJS.Timeout | null = null;
	#stopping = false;

	constructor(spec: ServiceSpec, hooks: ServiceHooks) {
		this.#spec = spec;
		this.#hooks = hooks;
	}

	get name(): ServiceName {
		return this.#spec.name;
	}

	/** Null while it is not running. */
	get pid(): number | null {
		return this.#child?.pid ?? null;
	}

	/**
	 * Starts the child and waits until it answers. From then on it is restarted whenever it ends.
	 * @throws StackError when it ends or stays silent; the child is gone then
	 */
	async start(signal?: AbortSignal): Promise<void> {
		const answered = await this.#run(signal);
		if (answered) return;
		const exited = this.#child === null;
		await this.stop();
		// What it printed last may still be in the pipe.
		await sleep(50);
		signal?.throwIfAborted();
		throw new StackError(
			`${this.name} ${exited ? "ended while starting" : `did not answer within ${this.#spec.startTimeoutMs / 1000} s`}. Its last words:\n${this.#tail.text()}\n`,
			"If they do not help, set APPRUN_LOG_LEVEL=debug and start again.",
		);
	}

	/** Ends the child, at first gently, and returns when it is gone. Safe to call twice. */
	async stop(): Promise<void> {
		this.#stopping = true;
		if (this.#restart !== null) clearTimeout(this.#restart);
		const child = this.#child;
		if (child === null) return;
		child.kill(this.#spec.stopSignal);
		const timer = setTimeout(() => killGroup(child), this.#spec.stopTimeoutMs);
		await this.#exited;
		clearTimeout(timer);
		this.#hooks.observe({ kind: "service.stopped", service: this.name });
	}

	/** One life of the child up to its first answer; false when there was none. */
	async #run(signal?: AbortSignal): Promise<boolean> {
		const startedAt = performance.now();
		this.#hooks.observe({ kind: "service.starting", service: this.name });
		this.#spec.prepare();
		const child = this.#spawn();
		while (this.#child === child && !this.#stopping && signal?.aborted !== true) {
			if (await this.#spec.probe()) {
				// The answer may come from a stranger on the same port, while our child has just ended because of it.
				if (this.#child !== child) return false;
				this.#watch();
				const elapsedMs = Math.round(performance.now() - startedAt);
				const pid = child.pid === undefined ? {} : { pid: child.pid };
				this.#hooks.observe({ kind: "service.ready", service: this.name, elapsedMs, ...pid });
				return true;
			}
			if (performance.now() - startedAt > this.#spec.startTimeoutMs) return false;
			await sleep(probeEveryMs);
		}
		return false;
	}

	#spawn(): Child {
		const { command, args, env, cwd, user } = this.#spec;
		// A session of its own, so that Ctrl-C in a terminal reaches apprun only, which then stops things in order.
		const child = spawn(command, args, {
			env,
			cwd,
			stdio: ["ignore", "pipe", "pipe"],
			detached: true,
			...(user === null ? {} : { uid: user.uid, gid: user.gid }),
		});
		this.#child = child;
		this.#tail = new OutputTail();
		if (child.pid !== undefined) this.#hooks.onPid(this.name, child.pid);
		for (const stream of [child.stdout, child.stderr])
			stream.setEncoding("utf8").on("data", (chunk: string) => this.#keep(chunk));
		this.#exited = new Promise((resolve) => {
			const ended = () => {
				this.#child = null;
				this.#exit = { exitCode: child.exitCode, signal: child.signalCode };
				this.#hooks.onPid(this.name, null);
				resolve();
			};
			child.once("error", (error) => {
				this.#keep(`${error.message}\n`);
				ended();
			});
			child.once("exit", ended);
		});
		return child;
	}

	#keep(chunk: string): void {
		for (const line of this.#tail.push(chunk))
			this.#hooks.observe({ kind: "service.output", service: this.name, line });
	}

	/** Once the child has answered, its end leads to a restart. */
	#watch(): void {
		const readyAt = performance.now();
		void this.#exited.then(() => {
			if (performance.now() - readyAt > stableAfterMs) this.#failures = 0;
			this.#restartLater();
		});
	}

	#restartLater(): void {
		if (this.#stopping) return;
		const restartInMs = Math.min(firstPauseMs * 2 ** this.#failures, longestPauseMs);
		this.#failures += 1;
		const output = this.#tail.text();
		this.#hooks.observe({ kind: "service.exited", service: this.name, ...this.#exit, restartInMs, output });
		this.#restart = setTimeout(() => void this.#runAgain(), restartInMs);
	}

	async #runAgain(): Promise<void> {
		if (await this.#run()) return;
		// Alive but silent for too long: what hangs is replaced like what has ended.
		if (this.#child !== null && !this.#stopping) killGroup(this.#child);
		await this.#exited;
		this.#restartLater();
	}
}

function killGroup(child: Child): void {
	if (child.pid === undefined) return;
	try {
		process.kill(-child.pid, "SIGKILL");
	} catch {
		// Already gone.
	}
}
