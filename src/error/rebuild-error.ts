// A GraphQLError → a fresh one at the same place, with another message and other extensions. It keeps no original error
// and no cause, so there is nothing that a serializer could find.
import { GraphQLError } from "graphql";

/** Rebuilds an error; without `place` the error is nowhere in the document. */
export function rebuildError(
	place: GraphQLError | undefined,
	message: string,
	extensions: Readonly<Record<string, unknown>>,
): GraphQLError {
	return new GraphQLError(message, {
		nodes: place?.nodes ?? null,
		source: place?.source ?? null,
		positions: place?.positions ?? null,
		path: place?.path ?? null,
		extensions: { ...extensions },
	});
}
