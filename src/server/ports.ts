// What the HTTP edge needs from the rest of apprun, as the smallest interfaces; src/app.ts hands in the real things.
import type { IncomingMessage } from "node:http";
import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { RequestContext } from "../operation/request-context.ts";
import type { DatabaseClaims } from "../source/source.ts";
import type { ServiceHealth } from "../stack/endpoints.ts";

/**
 * A result may bring its own serializer, which gets the result with public errors. Without `hasNext`, which PostGraphile's
 * types add to those of graphql and which means that more is to come: no result of ours does that.
 */
export interface OperationResult extends Omit<ExecutionResult, "hasNext"> {
	readonly stringify?: (result: OperationResult) => string;
}

export interface OperationInput {
	readonly document: DocumentNode;
	readonly operationName: string | null;
	readonly variables: Record<string, unknown>;
	readonly context: RequestContext;
}

/** Documents and their execution: src/operation. */
export interface Operations {
	/** The current schema. */
	readonly schema: GraphQLSchema;
	/** @throws GraphQLError when the text is not GraphQL */
	parse(text: string): DocumentNode;
	/** The document of a text that was parsed and found without error before, and that does not introspect; or null. */
	known(text: string): DocumentNode | null;
	/** Gives the errors of validation and of the limits; none: the document may run. */
	validate(document: DocumentNode): readonly GraphQLError[];
	execute(input: OperationInput): Promise<OperationResult>;
}

/** Gives a GraphQL request to PostGraphile: src/postgraphile. */
export type ForwardComparison = (
	body: string,
	claims: DatabaseClaims,
) => Promise<{ readonly status: number; readonly contentType: string; readonly body: string }>;

/** State of every dependency, asked anew. */
export type AskHealth = () => Promise<readonly ServiceHealth[]>;

/** What node:http knows beyond the fetch Request; absent where a Request is handed in directly. */
export interface NodeContext {
	readonly req?: IncomingMessage;
}

/** A plugin of our server. */
export type ServerPlugin = Plugin<Record<string, unknown>, NodeContext>;
