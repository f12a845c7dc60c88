// The identity suite: verifications per second end to end through the identity stage, in this process, against a real
// Kratos on a throwaway data dir; and what Kratos weighs afterwards.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { importJWK, type JWK, SignJWT } from "jose";
import { createIdentity, type Identity } from "../../../src/identity/create-identity.ts";
import { listenForHooks } from "../../../src/server/hook-listener.ts";
import { settlePort } from "../../../src/stack/settle-port.ts";
import type { Stack } from "../../../src/stack/stack.ts";
import { startStack } from "../../../src/stack/start-stack.ts";
import { throwawayStack } from "../../../test/support/test-stack-config.ts";
import { pssBytes } from "../processes.ts";
import { decimals, median } from "../render-table.ts";
import type { Bench, Suite, SuiteReport } from "../suite.ts";

interface Person {
	readonly jwt: string;
	readonly sessionToken: string;
	readonly subject: string;
	readonly tenantId: string;
}

interface Case {
	readonly name: string;
	/** What issue 4 asks for, per second; null: as fast as Kratos allows. */
	readonly target: number | null;
	/** Verifications in flight. */
	readonly flights: number;
	/** Headers of the n-th verification. */
	readonly headers: (n: number) => Headers;
	/** Stage that verifies: without a cache every session is asked about. */
	readonly cached: boolean;
	/** Most verifications of one measurement; null: until the time is over. */
	readonly most: number | null;
}

const freshJwts = 20_000;
const whoamiCalls = 10_000;
const people = 16;

/** `npm run bench -- identity`. */
export const identitySuite: Suite = {
	summary: "verifications of JWTs and sessions through the identity stage, and the memory of Kratos",
	run: onStage,
};

async function onStage(bench: Bench): Promise<SuiteReport> {
	const throwaway = throwawayStack({ APPRUN_DEMO: "off", APPRUN_LOG_LEVEL: "silent" });
	const config = await settlePort(throwaway.config);
	const observe = () => {};
	bench.note("starting Postgres and Kratos");
	const stack = await startStack(config, observe, bench.signal);
	const stages: Identity[] = [];
	try {
		const open = async (sessionCacheMs: number) => {
			const stage = await createIdentity({
				config: { ...config, sessionCacheMs },
				endpoints: stack.endpoints,
				authority: { mayManagePeople: () => false, holdsRole: () => false },
				observe,
			});
			stages.push(stage);
			return stage;
		};
		const [cached, uncached] = [await open(600_000), await open(0)];
		return await measureAll(bench, stack, { cached, uncached });
	} finally {
		for (const stage of stages) await stage.close();
		await stack.stop();
		throwaway.remove();
	}
}

async function measureAll(
	bench: Bench,
	stack: Stack,
	stages: { readonly cached: Identity; readonly uncached: Identity },
): Promise<SuiteReport> {
	bench.note(`registering ${people} people and signing ${freshJwts} JWTs`);
	const registered = await registerPeople(stack, stages.cached);
	const cases = await casesOf(stack, registered);
	const wanted = cases.filter(({ name }) => bench.options.cases.length === 0 || bench.options.cases.includes(name));
	const rates = new Map<string, number[]>();
	for (let round = 1; round <= bench.options.rounds; round += 1) {
		for (const each of wanted) {
			bench.note(`round ${round} of ${bench.options.rounds}: ${each.name}`);
			bench.signal.throwIfAborted();
			const stage = each.cached ? stages.cached : stages.uncached;
			rates.set(each.name, [...(rates.get(each.name) ?? []), await rateOf(each, stage, bench.options.seconds, round)]);
		}
	}
	// Somebody who wants some cases does not want to wait for this.
	const whole = bench.options.cases.length === 0;
	if (whole) bench.note(`${whoamiCalls} calls of whoami`);
	const memory = whole ? await weighKratos(stack, stages.uncached, registered, bench.signal) : unknown;
	return report(wanted, rates, memory);
}

/** Kratos answers registrations only while its hooks are answered. */
async function registerPeople({ endpoints }: Stack, identity: Identity): Promise<readonly Person[]> {
	if (endpoints.kratos === null || identity.answerHook === null) throw new Error("The suite needs a Kratos.");
	const { answerHook: answer, mailbox } = identity;
	const hooks = await listenForHooks({ ...endpoints.kratos.hooks, answer, mailbox, observe: () => {} });
	try {
		const made: Person[] = [];
		for (let n = 0; n < people; n += 1) {
			const input = { email: `${randomUUID()}@people.example`, password: "a horse, a battery, a staple" };
			const { jwt, sessionToken, me } = await identity.people.register(input);
			made.push({ jwt: jwt ?? "", sessionToken: sessionToken ?? "", subject: me.id, tenantId: me.tenant.id });
		}
		return made;
	} finally {
		await hooks.close();
	}
}

async function casesOf({ endpoints }: Stack, registered: readonly Person[]): Promise<readonly Case[]> {
	const at = <Value>(values: readonly Value[], n: number): Value => values[n % values.length] as Value;
	const fresh = await signMany(endpoints.kratos?.jwksUrl ?? "", registered);
	const bearer = (jwt: string) => new Headers({ authorization: `Bearer ${jwt}` });
	const session = ({ sessionToken }: Person) => new Headers({ "x-session-token": sessionToken });
	const byJwt = registered.map(({ jwt }) => bearer(jwt));
	const bySession = registered.map(session);
	const never = fresh.map(bearer);
	return [
		{ name: "jwt-new", target: 10_000, flights: 64, headers: (n) => at(never, n), cached: true, most: freshJwts },
		{ name: "jwt-known", target: 10_000, flights: 1, headers: (n) => at(byJwt, n), cached: true, most: null },
		{ name: "session-cached", target: 50_000, flights: 1, headers: (n) => at(bySession, n), cached: true, most: null },
		{
			name: "session-asked",
			target: null,
			flights: people,
			headers: (n) => at(bySession, n),
			cached: false,
			most: null,
		},
	];
}

/** JWTs that differ, signed as Kratos signs: what is verified is the signature, not the memory of it. */
async function signMany(jwksUrl: string, registered: readonly Person[]): Promise<readonly string[]> {
	const { keys } = JSON.parse(readFileSync(new URL(jwksUrl), "utf8")) as { keys: JWK[] };
	const jwk = keys[0] as JWK & { readonly kid: string };
	const key = await importJWK(jwk, "ES256");
	const now = Math.floor(Date.now() / 1000);
	return Promise.all(
		Array.from({ length: freshJwts }, async (_, n) => {
			const { subject, tenantId } = registered[n % registered.length] as Person;
			const claims = { tenant_id: tenantId, roles: ["owner"], sid: randomUUID(), aal: "aal1" };
			return new SignJWT({ ...claims, session_issued_at: new Date().toISOString() })
				.setProtectedHeader({ alg: "ES256", typ: "JWT", kid: jwk.kid })
				.setIssuer("apprun-kratos")
				.setAudience("apprun")
				.setSubject(subject)
				.setIssuedAt(now)
				.setExpirationTime(now + 3600)
				.setJti(randomUUID())
				.sign(key);
		}),
	);
}

/** Verifications per second. The n-th round of `most` starts where the last one ended, so nothing is known already. */
async function rateOf(each: Case, { identify }: Identity, seconds: number, round: number): Promise<number> {
	for (let n = 0; n < people && each.most === null; n += 1) await identify(each.headers(n));
	const rounds = each.most === null ? null : Math.floor(each.most / 4);
	let next = rounds === null ? 0 : rounds * ((round - 1) % 4);
	const end = rounds === null ? Number.POSITIVE_INFINITY : next + rounds;
	const startedAt = performance.now();
	const deadline = startedAt + seconds * 1000;
	let done = 0;
	const fly = async () => {
		while (next < end && performance.now() < deadline) {
			const n = next;
			next += 1;
			const principal = await identify(each.headers(n));
			if (principal.kind !== "user") throw new Error("A credential of the suite was not believed.");
			done += 1;
		}
	};
	await Promise.all(Array.from({ length: each.flights }, fly));
	return done / ((performance.now() - startedAt) / 1000);
}

interface Memory {
	readonly before: number | null;
	readonly after: number | null;
}

const unknown: Memory = { before: null, after: null };

async function weighKratos(
	stack: Stack,
	{ identify }: Identity,
	registered: readonly Person[],
	signal: AbortSignal,
): Promise<Memory> {
	const pid = stack.pids().kratos;
	if (pid === null) return { before: null, after: null };
	const group = { name: "kratos", pid, tree: true };
	const before = pssBytes(group);
	const flights = registered.map(async ({ sessionToken }) => {
		const headers = new Headers({ "x-session-token": sessionToken });
		for (let n = 0; n < whoamiCalls / registered.length; n += 1) {
			signal.throwIfAborted();
			await identify(headers);
		}
	});
	await Promise.all(flights);
	return { before, after: pssBytes(group) };
}

function report(cases: readonly Case[], rates: ReadonlyMap<string, number[]>, memory: Memory): SuiteReport {
	const mebibytes = (bytes: number | null) => decimals(bytes === null ? null : bytes / 2 ** 20, 1);
	const rateOfCase = (name: string) => median(rates.get(name) ?? []);
	return {
		versions: {},
		tables: [
			{
				title: "Verifications through the identity stage, in one process",
				columns: ["case", "per second", "asked for", "µs each"],
				words: 1,
				rows: cases.map(({ name, target }) => [
					name,
					decimals(rateOfCase(name), 0),
					target === null ? "–" : String(target),
					decimals(1e6 / rateOfCase(name), 1),
				]),
				notes: [
					"jwt-new verifies a signature each time; session-asked asks Kratos each time, one question a token in flight.",
				],
			},
			{
				title: "Memory of Kratos and its helpers (PSS, MiB)",
				columns: ["when", "PSS", "at most"],
				words: 1,
				rows: [
					["before", mebibytes(memory.before), "–"],
					[`after ${whoamiCalls} whoami`, mebibytes(memory.after), "110"],
				],
				notes: [],
			},
		],
		results: { rates: Object.fromEntries(rates), kratosPssBytes: memory },
	};
}
