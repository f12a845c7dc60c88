// What every part of a load test gets.
import type { Effort } from "./effort.ts";

export interface Runner {
	/** Path of k6. */
	readonly k6: string;
	readonly effort: Effort;
	/** Port of apprun; 0: a free one. */
	readonly port: string;
	/** Aborted on Ctrl-C: what was started is ended, and the reason thrown. */
	readonly signal: AbortSignal;
	/** Tells a person what is being done. */
	note(text: string): void;
}
