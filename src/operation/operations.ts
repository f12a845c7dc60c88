// The operations of one schema: text → document → errors → prepared operation → result, each step kept for the next
// request with the same text. Dropped together with the schema.
import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from "graphql";
import { LRUCache } from "lru-cache";
import type { Config } from "../config/load-config.ts";
import { AppError } from "../error/app-error.ts";
import type { CursorsFor } from "../plan/cursor.ts";
import type { OperationResult } from "../response/text-result.ts";
import type { DataModel } from "../schema/model.ts";
import { type Admit, execute } from "./execute.ts";
import { introspects } from "./introspects.ts";
import { checkLimits } from "./limits.ts";
import { type PreparedOperation, prepare } from "./prepare.ts";
import type { RequestContext } from "./request-context.ts";

type OperationConfig = Pick<
	Config,
	"maxDepth" | "maxAliases" | "maxRootFields" | "maxTokens" | "preparedOperations" | "defaultLimit" | "maxLimit"
>;

export interface OperationInput {
	/** A document that parse gave and validate found no error in. */
	readonly document: DocumentNode;
	readonly operationName: string | null;
	/** As the client sent them. */
	readonly variables: Readonly<Record<string, unknown>>;
	readonly context: RequestContext;
}

/** What is known of a document. */
interface Known {
	readonly document: DocumentNode;
	errors: readonly GraphQLError[] | null;
	/** It asks for the schema, which not everybody may see. Settled with the errors. */
	introspects: boolean;
	readonly prepared: Map<string | null, PreparedOperation>;
}

/** The operations of one schema. */
export class Operations {
	readonly schema: GraphQLSchema;
	readonly #model: DataModel;
	readonly #config: OperationConfig;
	readonly #completion: "graphql" | undefined;
	readonly #admit: Admit;
	readonly #cursorsFor: CursorsFor;
	readonly #byText: LRUCache<string, Known>;
	readonly #byDocument = new WeakMap<DocumentNode, Known>();

	/**
	 * @param from.admit decides operations before they begin
	 * @param from.completion completes every result through graphql-js, for the suite that compares both ways
	 */
	constructor(from: {
		readonly schema: GraphQLSchema;
		readonly model: DataModel;
		readonly config: OperationConfig;
		readonly admit: Admit;
		readonly cursorsFor: CursorsFor;
		readonly completion?: "graphql";
	}) {
		this.schema = from.schema;
		this.#model = from.model;
		this.#config = from.config;
		this.#completion = from.completion;
		this.#admit = from.admit;
		this.#cursorsFor = from.cursorsFor;
		this.#byText = new LRUCache({ max: from.config.preparedOperations });
	}

	/** @throws AppError GRAPHQL_PARSE_FAILED or LIMIT_EXCEEDED */
	parse(text: string): DocumentNode {
		const known = this.#byText.get(text);
		if (known !== undefined) return known.document;
		const document = parseWithin(text, this.#config.maxTokens);
		this.#byText.set(text, this.#remember(document));
		return document;
	}

	/** The document of a text that was found without error before, and that does not introspect; or null. */
	known(text: string): DocumentNode | null {
		const known = this.#byText.get(text);
		return known?.errors?.length === 0 && !known.introspects ? known.document : null;
	}

	/** Errors of the limits, or else of validation; none: the document may run. */
	validate(document: DocumentNode): readonly GraphQLError[] {
		const known = this.#remember(document);
		if (known.errors === null) {
			const exceeded = checkLimits(this.schema, document, this.#config);
			known.errors = exceeded.length > 0 ? exceeded : validate(this.schema, document, specifiedRules);
			known.introspects = introspects(document);
		}
		return known.errors;
	}

	/** Runs an operation of a validated document. Never throws: the result carries the errors. */
	async execute({ document, operationName, variables, context }: OperationInput): Promise<OperationResult> {
		try {
			const prepared = this.#prepare(document, operationName);
			const completion = this.#completion === undefined ? {} : { completion: this.#completion };
			const { limits, admit, cursorsFor } = { limits: this.#config, admit: this.#admit, cursorsFor: this.#cursorsFor };
			return await execute(prepared, { variables, request: context, limits, admit, cursorsFor, ...completion });
		} catch (error) {
			return { errors: [error instanceof GraphQLError ? error : new AppError("INTERNAL", { cause: error })] };
		}
	}

	#prepare(document: DocumentNode, operationName: string | null): PreparedOperation {
		const { prepared } = this.#remember(document);
		const known = prepared.get(operationName);
		if (known !== undefined) return known;
		const made = prepare({ schema: this.schema, model: this.#model, document, operationName });
		prepared.set(operationName, made);
		return made;
	}

	#remember(document: DocumentNode): Known {
		const known = this.#byDocument.get(document);
		if (known !== undefined) return known;
		const fresh: Known = { document, errors: null, introspects: false, prepared: new Map() };
		this.#byDocument.set(document, fresh);
		return fresh;
	}
}

function parseWithin(text: string, maxTokens: number): DocumentNode {
	try {
		return parse(text, { maxTokens });
	} catch (error) {
		// The parser is recursive: a document of nothing but brackets is too deep for it before it is too long.
		if (error instanceof RangeError)
			throw new AppError("LIMIT_EXCEEDED", { message: "The document is nested too deeply." });
		if (!(error instanceof GraphQLError)) throw error;
		const at = { source: error.source ?? null, positions: error.positions ?? null };
		if (error.message.startsWith("Syntax Error: Document contains more")) {
			const hint = `The most is ${maxTokens} tokens. Move values into variables, or split it into several requests.`;
			throw new AppError("LIMIT_EXCEEDED", { message: "The document is too long.", hint }, at);
		}
		throw new AppError("GRAPHQL_PARSE_FAILED", { message: error.message }, at);
	}
}
