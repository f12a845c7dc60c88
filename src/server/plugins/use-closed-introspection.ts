// Phase: validation. In production the schema is shown to nobody who is not signed in.
import type { DocumentNode } from "graphql";
import { AppError } from "../../error/app-error.ts";
import { introspects } from "../../operation/introspects.ts";
import type { ServerPlugin } from "../ports.ts";
import type { RequestStates } from "../request-state.ts";

export function useClosedIntrospection(states: RequestStates, production: boolean): ServerPlugin {
	const asksForSchema = rememberByDocument(introspects);
	return {
		onValidate({ context, params }) {
			if (!production || states.of(context.request).principal?.kind === "user") return;
			if (!asksForSchema(params.documentAST)) return;
			return ({ setResult }) => {
				setResult([
					new AppError("FORBIDDEN", {
						message: "The schema is shown to signed-in callers only.",
						hint: "Send a credential in the Authorization header.",
					}),
				]);
			};
		},
	};
}

function rememberByDocument(answer: (document: DocumentNode) => boolean): (document: DocumentNode) => boolean {
	const answers = new WeakMap<DocumentNode, boolean>();
	return (document) => {
		const known = answers.get(document) ?? answer(document);
		answers.set(document, known);
		return known;
	};
}
