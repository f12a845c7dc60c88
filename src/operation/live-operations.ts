// The operations of the schema in force. A document belongs to the schema that it was parsed under: an operation that has
// begun ends on that one, also when another has come into force meanwhile.
import type { DocumentNode, GraphQLError, GraphQLSchema } from "graphql";
import type { OperationResult } from "../response/text-result.ts";
import type { OperationInput, Operations } from "./operations.ts";

export class LiveOperations {
	#current: Operations | null = null;
	readonly #owners = new WeakMap<DocumentNode, Operations>();

	/** Puts other operations in force; those before live as long as a document of theirs is in use. */
	replace(operations: Operations): void {
		this.#current = operations;
	}

	get schema(): GraphQLSchema {
		return this.#inForce.schema;
	}

	/** @throws AppError GRAPHQL_PARSE_FAILED or LIMIT_EXCEEDED */
	parse(text: string): DocumentNode {
		const operations = this.#inForce;
		const document = operations.parse(text);
		this.#owners.set(document, operations);
		return document;
	}

	/** The document of a text that was found without error before under this schema, and that does not introspect. */
	known(text: string): DocumentNode | null {
		return this.#inForce.known(text);
	}

	/** Errors of the limits, or else of validation; none: the document may run. */
	validate(document: DocumentNode): readonly GraphQLError[] {
		return this.#ownerOf(document).validate(document);
	}

	/** Runs an operation of a validated document. Never throws: the result carries the errors. */
	execute(input: OperationInput): Promise<OperationResult> {
		return this.#ownerOf(input.document).execute(input);
	}

	#ownerOf(document: DocumentNode): Operations {
		return this.#owners.get(document) ?? this.#inForce;
	}

	get #inForce(): Operations {
		if (this.#current === null) throw new Error("no schema is in force yet");
		return this.#current;
	}
}
