// WASI preview 1 for a command: JSON on stdin, JSON on stdout, log lines on stderr, clocks, randomness. There are no
// files, arguments or sockets: those calls answer with an error number, and the guest's libc passes that on.
// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
import type { CallState } from "./call-state.ts";

const SUCCESS = 0;
const EBADF = 8;
const EINVAL = 28;
const ESPIPE = 70;
const ENOTCAPABLE = 76;

/** Names of preview 1 that exist but are refused to the guest: no files, no sockets, no signals. */
const refusedNames = [
	"fd_advise fd_allocate fd_datasync fd_fdstat_set_rights fd_filestat_get fd_filestat_set_size",
	"fd_filestat_set_times fd_pread fd_pwrite fd_readdir fd_renumber fd_sync fd_tell path_create_directory",
	"path_filestat_get path_filestat_set_times path_link path_open path_readlink path_remove_directory path_rename",
	"path_symlink path_unlink_file proc_raise sock_accept sock_recv sock_send sock_shutdown",
].flatMap((names) => names.split(" "));

/** Names that a command may import from `wasi_snapshot_preview1`. */
export const wasiNames: ReadonlySet<string> = new Set([
	...refusedNames,
	"args_get",
	"args_sizes_get",
	"clock_res_get",
	"clock_time_get",
	"environ_get",
	"environ_sizes_get",
	"fd_close",
	"fd_fdstat_get",
	"fd_fdstat_set_flags",
	"fd_prestat_dir_name",
	"fd_prestat_get",
	"fd_read",
	"fd_seek",
	"fd_write",
	"poll_oneoff",
	"proc_exit",
	"random_get",
	"sched_yield",
]);

/** @param input what the guest reads from stdin */
export function wasiImports(state: CallState, input: Uint8Array): WebAssembly.ModuleImports {
	const refused = Object.fromEntries(refusedNames.map((name) => [name, () => ENOTCAPABLE]));
	return { ...refused, ...environment(state), ...streams(state, input), ...clocks(state) };
}

function environment(state: CallState): WebAssembly.ModuleImports {
	const none = (count: number, size: number) => {
		const view = state.view();
		view.setUint32(count >>> 0, 0, true);
		view.setUint32(size >>> 0, 0, true);
		return SUCCESS;
	};
	return {
		args_get: () => SUCCESS,
		args_sizes_get: none,
		environ_get: () => SUCCESS,
		environ_sizes_get: none,
		proc_exit: (code: number) => {
			if (code !== 0) state.fail("EXIT_CODE", `it ended with exit code ${code & 0xff}`);
			state.finish();
		},
		random_get: (pointer: number, length: number) => {
			// Loaded when first asked for: imported, it would make every host start 8 ms later and 1.6 MB larger.
			process.getBuiltinModule("node:crypto").randomFillSync(state.slice(pointer, length));
			return SUCCESS;
		},
		sched_yield: () => SUCCESS,
	};
}

function streams(state: CallState, input: Uint8Array): WebAssembly.ModuleImports {
	let position = 0;
	const vectors = function* (pointer: number, count: number) {
		for (let index = 0; index < count >>> 0; index++) {
			const view = state.view();
			const at = (pointer >>> 0) + index * 8;
			yield state.slice(view.getUint32(at, true), view.getUint32(at + 4, true));
		}
	};
	return {
		fd_read: (fd: number, pointer: number, count: number, read: number) => {
			if (fd !== 0) return EBADF;
			const before = position;
			for (const target of vectors(pointer, count)) {
				const part = input.subarray(position, position + target.length);
				target.set(part);
				position += part.length;
			}
			state.view().setUint32(read >>> 0, position - before, true);
			return SUCCESS;
		},
		fd_write: (fd: number, pointer: number, count: number, written: number) => {
			if (fd !== 1 && fd !== 2) return EBADF;
			let total = 0;
			for (const source of vectors(pointer, count)) {
				if (fd === 1) state.writeOutput(source);
				else state.writeLog(source);
				total += source.length;
			}
			state.view().setUint32(written >>> 0, total, true);
			return SUCCESS;
		},
		fd_close: () => SUCCESS,
		fd_seek: (fd: number) => (fd <= 2 ? ESPIPE : EBADF),
		fd_fdstat_get: (fd: number, pointer: number) => {
			if (fd > 2 || fd < 0) return EBADF;
			const stat = state.slice(pointer, 24).fill(0);
			stat[0] = 2; // a character device, so that libc does not seek
			stat[8] = fd === 0 ? 0x02 : 0x40;
			return SUCCESS;
		},
		fd_fdstat_set_flags: () => SUCCESS,
		fd_prestat_get: () => EBADF,
		fd_prestat_dir_name: () => EBADF,
	};
}

/** Clocks tick in milliseconds, too coarse to time the processor's caches with. */
function clocks(state: CallState): WebAssembly.ModuleImports {
	const tick = 1_000_000n;
	const now = (clock: number) => BigInt(clock === 0 ? Date.now() : Math.floor(performance.now())) * tick;
	return {
		clock_res_get: (_clock: number, pointer: number) => {
			state.view().setBigUint64(pointer >>> 0, tick, true);
			return SUCCESS;
		},
		clock_time_get: (clock: number, _precision: bigint, pointer: number) => {
			state.view().setBigUint64(pointer >>> 0, now(clock), true);
			return SUCCESS;
		},
		poll_oneoff: (subscriptions: number, events: number, count: number, ready: number) => {
			const view = state.view();
			// A sleep is one subscription to a clock; that is all that libc and Rust's std ask here.
			const at = subscriptions >>> 0;
			if (count !== 1 || view.getUint8(at + 8) !== 0) return EINVAL;
			const absolute = (view.getUint16(at + 40, true) & 1) === 1;
			const until = view.getBigUint64(at + 24, true);
			const wait = absolute ? until - now(view.getUint32(at + 16, true)) : until;
			if (wait > 0n) sleep(Number(wait / tick));
			state.slice(events, 32).fill(0);
			view.setBigUint64(events >>> 0, view.getBigUint64(at, true), true);
			view.setUint32(ready >>> 0, 1, true);
			return SUCCESS;
		},
	};
}

/** Blocks this process, which serves nobody else meanwhile; the server ends it when the call's time is up. */
function sleep(milliseconds: number): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.max(1, milliseconds));
}
