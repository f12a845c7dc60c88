// Sends a request, and again while PostgREST does not know what the request names: it reads the catalog on its own, at the
// same message as apprun, and may do so later. It refuses such a request before anything of it has run, so nothing is done twice.
import { setTimeout as pause } from "node:timers/promises";
import type { DatabaseClaims } from "../source.ts";
import type { CompiledRequest } from "./compile.ts";
import type { UpstreamResponse } from "./decode.ts";
import { errorCode } from "./map-error.ts";
import type { Sender } from "./send.ts";

/** What a source knows of the schema that its plans were made for. */
export interface SchemaStanding {
	/** It has changed so lately that PostgREST may not know it yet. */
	isSettling(): boolean;
	/** Told when an answer looks as if the schema were an old one. */
	suspect(): void;
}

/** PostgREST's memory of the catalog lacks a relation, a function, a column or a table. */
const notKnownYet: ReadonlySet<string> = new Set(["PGRST200", "PGRST202", "PGRST204", "PGRST205"]);
/** Postgres itself knows no such column, function or table. */
const unknownToPostgres: ReadonlySet<string> = new Set(["42703", "42883", "42P01"]);

const firstPauseMs = 25;
const longestPauseMs = 400;

/** The answer, as soon as it is one about the request itself. @throws AppError UPSTREAM_UNAVAILABLE or TIMEOUT */
export async function sendUntilKnown(
	from: { readonly sender: Pick<Sender, "send">; readonly standing: SchemaStanding },
	request: CompiledRequest,
	claims: DatabaseClaims,
): Promise<UpstreamResponse> {
	const { sender, standing } = from;
	for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
		const response = await sender.send(request, claims);
		if (response.status < 400) return response;
		const code = errorCode(response.body);
		if (!notKnownYet.has(code) || !standing.isSettling()) {
			if (notKnownYet.has(code) || unknownToPostgres.has(code)) standing.suspect();
			return response;
		}
		await pause(pauseMs);
	}
}
