// Takes turns with the requests that a process answers: long work asks between its steps, and lets them through when it has
// kept the processor for a while.
import { setImmediate as nextTurn } from "node:timers/promises";

/** Work goes on for this long before others are let through, in ms: far less than anybody notices. */
const turnMs = 8;

/** Gives a function to call between two steps; each piece of work has one of its own. */
export function takeTurns(): () => Promise<void> | undefined {
	let since = performance.now();
	return () => {
		if (performance.now() - since < turnMs) return undefined;
		return nextTurn().then(() => {
			since = performance.now();
		});
	};
}
