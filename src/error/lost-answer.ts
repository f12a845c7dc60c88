// The cause of an error after which nobody knows whether a write was done: it was sent, and its answer never came.

/** For the log, and for whoever decides whether a write may be sent again. */
export class LostAnswer extends Error {
	constructor(cause: unknown) {
		super("The request was sent and its answer did not come.", { cause });
		this.name = "LostAnswer";
	}
}
