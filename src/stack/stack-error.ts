// The one error of starting and stopping the local stack: what went wrong and what a person can do about it.

/** A failure of the local stack. `message` is one paragraph that ends with the remedy; it is printed without a stack. */
export class StackError extends Error {
	/**
	 * @param problem what happened, one or two sentences
	 * @param remedy what to do about it
	 * @param cause the error behind it, for debugging only
	 */
	constructor(problem: string, remedy: string, cause?: unknown) {
		super(`${problem} ${remedy}`, cause === undefined ? {} : { cause });
		this.name = "StackError";
	}
}
