// The Source that runs plans on PostgREST: compile → send → decode. One plan is one request.
import type { Source } from "../source.ts";
import { compile } from "./compile.ts";
import { decode } from "./decode.ts";
import type { Sender } from "./send.ts";
import { type SchemaStanding, sendUntilKnown } from "./send-until-known.ts";

/** Makes the source on an open sender. */
export function createPostgrestSource(sender: Pick<Sender, "send">, standing: SchemaStanding): Source {
	return {
		async run(plan, claims, signal) {
			const until: Pick<Sender, "send"> =
				signal === undefined ? sender : { send: (request, caller) => sender.send(request, caller, signal) };
			return decode(plan, await sendUntilKnown({ sender: until, standing }, compile(plan), claims));
		},
	};
}
