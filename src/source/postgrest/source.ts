// The Source that runs plans on PostgREST: compile → send → decode. One plan is one request; only a write of the rows that
// match is two, and a page behind a cursor with the total of all pages.
import type { RequestPlan } from "../../plan/nodes.ts";
import type { Source } from "../source.ts";
import { type CompiledRequest, compile } from "./compile.ts";
import { decode } from "./decode.ts";
import type { Sender } from "./send.ts";
import { type SchemaStanding, sendUntilKnown } from "./send-until-known.ts";
import { writeMatching } from "./write-matching.ts";

/** Makes the source on an open sender. */
export function createPostgrestSource(sender: Pick<Sender, "send">, standing: SchemaStanding): Source {
	return {
		async run(plan, claims, signal) {
			const until: Pick<Sender, "send"> =
				signal === undefined ? sender : { send: (request, caller) => sender.send(request, caller, signal) };
			const send = (request: CompiledRequest) => sendUntilKnown({ sender: until, standing }, request, claims);
			if (plan.kind === "updateMany" || plan.kind === "deleteMany") return await writeMatching(plan, send);
			const one = async (request: RequestPlan) => decode(request, await send(compile(request)));
			if (plan.kind !== "connection" || plan.count === null) return await one(plan);
			const [page, { total }] = await Promise.all([one(plan), one(plan.count)]);
			return { ...page, ...(total !== undefined && { total }) };
		},
	};
}
