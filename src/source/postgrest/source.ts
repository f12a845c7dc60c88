// The Source that runs plans on PostgREST: compile → send → decode. One plan is one request.
import type { Source } from "../source.ts";
import { compile } from "./compile.ts";
import { decode } from "./decode.ts";
import type { Sender } from "./send.ts";

/** Makes the source on an open sender. */
export function createPostgrestSource(sender: Pick<Sender, "send">): Source {
	return {
		async run(plan, claims, signal) {
			return decode(plan, await sender.send(compile(plan), claims, signal));
		},
	};
}
