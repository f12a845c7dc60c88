// How often signing in to one account was refused lately. Past a limit, further attempts are refused for a while without
// asking Kratos, the right password too: or guessing would go on beside it. Counted in this process, for the address as typed.
import { LRUCache } from "lru-cache";
import { AppError } from "../../error/app-error.ts";

export interface SignInAttempts {
	/** Throws AppError LIMIT_EXCEEDED while too many attempts were refused. Known and unknown addresses are alike. */
	require(email: string): void;
	refused(email: string): void;
	succeeded(email: string): void;
}

export interface SignInLimit {
	/** Refused attempts; 0: no limit. */
	readonly most: number;
	/** From the first refused one on, in ms. */
	readonly windowMs: number;
}

interface Refusals {
	count: number;
	/** When they are forgotten, in ms of the monotonic clock. */
	readonly until: number;
}

/** Bounded, and so is what an attacker with many addresses can make it forget: their own older attempts first. */
const remembered = 50_000;

/** Starts with nobody. @param now ms of a clock that never goes back */
export function createSignInAttempts({ most, windowMs }: SignInLimit, now = () => performance.now()): SignInAttempts {
	const accounts = new LRUCache<string, Refusals>({ max: remembered });
	const find = (email: string): Refusals | undefined => {
		const found = accounts.get(nameOf(email));
		return found !== undefined && now() < found.until ? found : undefined;
	};
	return {
		require(email) {
			const found = most === 0 ? undefined : find(email);
			if (found === undefined || found.count < most) return;
			const seconds = Math.ceil((found.until - now()) / 1000);
			throw new AppError("LIMIT_EXCEEDED", {
				message: "Signing in with this e-mail address was refused too often.",
				hint: `Try again in ${seconds} s, or recover the account at /auth/recovery.`,
				extensions: { retryAfterSeconds: seconds },
			});
		},
		refused(email) {
			const found = find(email);
			if (found !== undefined) found.count += 1;
			else accounts.set(nameOf(email), { count: 1, until: now() + windowMs });
		},
		succeeded(email) {
			accounts.delete(nameOf(email));
		},
	};
}

/** Kratos knows an address in small letters. What is longer than an address is told apart by its beginning only. */
const nameOf = (email: string): string => email.trim().toLowerCase().slice(0, 320);
