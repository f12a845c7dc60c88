// Builds everything of the identity stage once: connections, caches, verifiers, and what resolvers and hooks call.
import { Pool } from "pg";
import type { Config } from "../config/load-config.ts";
import { AppError } from "../error/app-error.ts";
import type { Observe } from "../observe/observation.ts";
import type { Endpoints, KratosEndpoint } from "../stack/endpoints.ts";
import { createDevelopmentMailbox, type DevelopmentMailbox } from "./development-mailbox.ts";
import { createIdentify, type Identify } from "./identify.ts";
import { createAdmit, tenantSuspended } from "./kratos/admit.ts";
import { answerHook, type HookAnswer, type HookName } from "./kratos/answer-hook.ts";
import { createKratosClient } from "./kratos/kratos-client.ts";
import { createKratosKeys } from "./kratos/kratos-keys.ts";
import { createPassThrough, type PassThrough } from "./kratos/pass-through.ts";
import { createSignInAttempts } from "./kratos/sign-in-attempts.ts";
import { prepareSignOut } from "./kratos/sign-out.ts";
import { createKratosVerifier } from "./kratos/verify-kratos.ts";
import { createKratosJwtVerifier } from "./kratos/verify-kratos-jwt.ts";
import { createSessions } from "./kratos/verify-session.ts";
import { People, type PeopleParts } from "./people.ts";
import type { Authority } from "./tenancy/authority.ts";
import { createStandings, type Standings } from "./tenancy/standing.ts";
import { type IdentityWatch, watchIdentity } from "./tenancy/watch-identity.ts";

export type IdentityConfig = Pick<
	Config,
	| "maxBodyBytes"
	| "kratosIssuer"
	| "kratosAudience"
	| "sessionCacheMs"
	| "sessionStaleMs"
	| "sessionCacheSize"
	| "signInAttempts"
	| "signInWindowMs"
>;

export interface IdentityOptions {
	readonly config: IdentityConfig;
	readonly endpoints: Pick<Endpoints, "databaseUrl" | "kratos" | "developmentSecret">;
	readonly authority: Authority;
	readonly observe: Observe;
}

/** The identity stage. */
export interface Identity {
	readonly identify: Identify;
	readonly people: People;
	/** What Kratos' hooks are answered with; null: there is no Kratos. */
	readonly answerHook: ((name: HookName, body: unknown) => Promise<HookAnswer>) | null;
	/** Kratos' self-service for browsers; null: there is no Kratos. */
	readonly passThrough: PassThrough | null;
	/** Null: mails go to a mail server. */
	readonly mailbox: DevelopmentMailbox | null;
	close(): Promise<void>;
}

/** Few: every request of a caller is answered from memory, and a miss takes a millisecond. */
const connections = 5;
const waitMs = 3000;

/** Builds the stage. @throws AppError when the database lacks apprun's schema */
export async function createIdentity({ config, endpoints, authority, observe }: IdentityOptions): Promise<Identity> {
	const { databaseUrl, developmentSecret } = endpoints;
	const pool = new Pool({
		connectionString: databaseUrl,
		application_name: "apprun identity",
		max: connections,
		connectionTimeoutMillis: waitMs,
		statement_timeout: waitMs,
	});
	// An idle connection that breaks: the next query takes another one.
	pool.on("error", (cause) => observe({ kind: "upstream.failed", service: "postgres", cause }));
	const watch = await openWatch(databaseUrl, pool, observe);
	const standings = createStandings(pool, watch);
	const stage = { pool, watch, standings, observe };
	const kratos = endpoints.kratos === null ? null : createKratosPart(config, endpoints.kratos, stage);
	const people = new People({
		...{ pool, authority, standings, observe },
		kratos: kratos && { client: kratos.client, admit: kratos.admit, attempts: kratos.attempts },
		sessionOf: (principal) => kratos?.verifier.sessionOf(principal) ?? null,
	});
	return {
		identify: createIdentify({
			developmentSecret,
			kratos: kratos?.verifier.verify ?? null,
			refuseSuspended(tenantId) {
				if (watch.suspended(tenantId)) throw tenantSuspended();
			},
			observe,
		}),
		people,
		answerHook: kratos && ((name, body) => answerHook({ kratos: kratos.client, pool }, name, body)),
		passThrough: kratos?.passThrough ?? null,
		mailbox: endpoints.kratos?.mailbox === true ? createDevelopmentMailbox() : null,
		async close() {
			kratos?.client.close();
			await kratos?.passThrough.close();
			await watch.close();
			await pool.end();
		},
	};
}

async function openWatch(databaseUrl: string, pool: Pool, observe: Observe): Promise<IdentityWatch> {
	try {
		return await watchIdentity(databaseUrl, pool, observe);
	} catch (cause) {
		await pool.end();
		// undefined_table, invalid_schema_name
		const unmigrated = ["42P01", "3F000"].includes((cause as { code?: string }).code ?? "");
		if (!unmigrated) throw cause;
		throw new AppError("INTERNAL", {
			message: "The database lacks apprun's tables of this version.",
			hint: "Run `apprun migrate` first.",
			cause,
		});
	}
}

function createKratosPart(
	config: IdentityConfig,
	endpoint: KratosEndpoint,
	stage: Pick<PeopleParts, "pool" | "observe"> & { readonly watch: IdentityWatch; readonly standings: Standings },
) {
	const { pool, watch, standings, observe } = stage;
	const client = createKratosClient(endpoint, observe);
	const admit = createAdmit({ kratos: client, pool, watch, standings });
	const sessions = createSessions({
		kratos: client,
		watch,
		cacheMs: config.sessionCacheMs,
		staleMs: config.sessionStaleMs,
		cacheSize: config.sessionCacheSize,
	});
	const verifyJwt = createKratosJwtVerifier({
		keys: createKratosKeys(endpoint.jwksUrl, observe),
		issuer: config.kratosIssuer,
		audience: config.kratosAudience,
	});
	const attempts = createSignInAttempts({ most: config.signInAttempts, windowMs: config.signInWindowMs });
	const passThrough = createPassThrough({
		attempts,
		publicUrl: endpoint.publicUrl,
		maxBodyBytes: config.maxBodyBytes,
		onSignOut: (headers) => prepareSignOut(headers, sessions, pool),
		observe,
	});
	return { client, admit, attempts, passThrough, verifier: createKratosVerifier({ verifyJwt, sessions, admit }) };
}
