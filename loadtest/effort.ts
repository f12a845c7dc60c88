// How much is measured: a whole run for the committed reports, a quick one that shows that everything works.

export interface Effort {
	readonly quick: boolean;
	/** Measured requests of each question and way, one at a time. */
	readonly compareRuns: number;
	/** Rounds of the runs at fixed rates. */
	readonly rounds: number;
	/** Requests a second of the questions whose limit is looked for as well. */
	readonly rates: readonly number[];
	/** Requests a second of the other questions. */
	readonly otherRate: number;
	/** Questions whose limit is looked for. */
	readonly limitOf: readonly string[];
	/** Length of a run at a fixed rate, after its warm-up. */
	readonly seconds: number;
	readonly warmUpSeconds: number;
	/** Length of one try at the limit. */
	readonly probeSeconds: number;
	/** Length of each scenario of apprun alone. */
	readonly scenarioSeconds: number;
	readonly soakSeconds: number;
	/** Rounds and seconds of the suites of `npm run bench`. */
	readonly suites: { readonly rounds: number; readonly seconds: number; readonly whole: boolean };
}

/** A whole run: about 25 minutes with its soak of ten. */
const whole: Effort = Object.freeze({
	quick: false,
	compareRuns: 100,
	rounds: 2,
	rates: [250, 500, 1000],
	otherRate: 300,
	limitOf: ["list", "nested"],
	seconds: 3,
	warmUpSeconds: 1,
	probeSeconds: 3,
	scenarioSeconds: 10,
	soakSeconds: 600,
	suites: { rounds: 2, seconds: 2, whole: true },
});

/** A quick run: less than ten minutes. */
const quick: Effort = Object.freeze({
	quick: true,
	compareRuns: 20,
	rounds: 1,
	rates: [250, 500],
	otherRate: 250,
	limitOf: ["list", "nested"],
	seconds: 2,
	warmUpSeconds: 1,
	probeSeconds: 2,
	scenarioSeconds: 6,
	soakSeconds: 20,
	suites: { rounds: 1, seconds: 1, whole: false },
});

/** @param soakSeconds length of the soak; null: that of the kind of run */
export function effortOf(isQuick: boolean, soakSeconds: number | null): Effort {
	const effort = isQuick ? quick : whole;
	return soakSeconds === null ? effort : Object.freeze({ ...effort, soakSeconds });
}
