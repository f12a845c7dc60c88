// Takes rows as JSON text with their shape, gives the answer's JSON text without making values of them: the members of each
// row are cut out and put in the order of the selection. Rows of a relation come through jsonb, which sorts keys and adds
// blanks, and that is all there is to mend in most answers. Gives null for whatever needs more than that, an array or an
// object in a column above all: complete-row.ts then does it by values, to the same bytes. Texts are joined, not added up: a tree of as many
// additions as there are members outlives many collections of young garbage, and cost more than cutting saves.
import type { SelectedField, SelectNode } from "../plan/nodes.ts";

/** How a member of an answer's row is written: the text before its value, and what the value is. */
interface Slot {
	/** With the comma or brace before it, such as `,"name":`. */
	readonly prefix: string;
	/** Stands there whatever the row holds; null: the row's own value. */
	readonly constant: string | null;
	/** What stands there for a member that is null. */
	readonly none: string;
	/** Shape of a relation's rows; null: a column. */
	readonly select: SelectNode | null;
}

/** A selection, ready to cut rows by. */
interface Shape {
	readonly slots: readonly Slot[];
	/** The slot of a member of the database's row. */
	readonly slotOf: ReadonlyMap<string, number>;
	/** Members in the order in which the last row had them, which the next one will have, too. */
	readonly order: Member[];
}

interface Member {
	/** Its name as it stands in the text, quotes and colon included. */
	readonly text: string;
	readonly slot: number;
}

/** A selection that no variable touches is one node for all requests of its operation; null: cannot be spliced. */
const shapes = new WeakMap<SelectNode, Shape | null>();

/** The rows' text in the shape of the selection, or null when it cannot be had by cutting. */
export function splice(select: SelectNode, json: string): string | null {
	return shapeOf(select) === null ? null : new Splicer(json).value(select);
}

function shapeOf(select: SelectNode): Shape | null {
	const known = shapes.get(select);
	if (known !== undefined) return known;
	const made = makeShape(select);
	shapes.set(select, made);
	return made;
}

function makeShape({ fields }: SelectNode): Shape | null {
	if (fields.length === 0 || !fields.every(isPlain)) return null;
	const slots = fields.map((field, index) => slotFor(field, index));
	const members = fields.flatMap((field, index) => (field.kind === "typename" ? [] : [[field.as, index] as const]));
	const slotOf = new Map(members);
	// One member for two fields, or a key twice, is nothing that is cut once.
	const keys = new Set(fields.map(({ key }) => key));
	return slotOf.size === members.length && keys.size === fields.length ? { slots, slotOf, order: [] } : null;
}

function isPlain(field: SelectedField): boolean {
	switch (field.kind) {
		case "typename":
			return true;
		case "column":
			return field.decoding.kind === "verbatim" || field.decoding.kind === "number";
		case "embed":
			return shapeOf(field.select) !== null;
		case "aggregates":
			return false;
	}
}

function slotFor(field: SelectedField, index: number): Slot {
	const prefix = `${index === 0 ? "{" : ","}${JSON.stringify(field.key)}:`;
	switch (field.kind) {
		case "typename":
			return { prefix, constant: JSON.stringify(field.typeName), none: "null", select: null };
		case "column":
			return { prefix, constant: null, none: "null", select: null };
		case "embed":
			return { prefix, constant: null, none: field.cardinality === "many" ? "[]" : "null", select: field.select };
		case "aggregates":
			throw new Error("groups are made of values");
	}
}

const quote = 34;
const comma = 44;
const closingBracket = 93;
const backslash = 92;
const openingBracket = 91;
const openingBrace = 123;
const closingBrace = 125;
const blank = 32;

/** Reads one text from its start to its end. Where the text is not what it expects, it gives null and is of no more use. */
class Splicer {
	readonly #json: string;
	#at = 0;

	constructor(json: string) {
		this.#json = json;
	}

	/** Rows, a row, or null. */
	value(select: SelectNode): string | null {
		switch (this.#code()) {
			case openingBracket:
				return this.#rows(select);
			case openingBrace:
				return this.#row(select);
			default:
				return null;
		}
	}

	#rows(select: SelectNode): string | null {
		if (this.#json.charCodeAt(++this.#at) === closingBracket) {
			this.#at++;
			return "[]";
		}
		const out: string[] = [];
		for (;;) {
			const row = this.#code() === openingBrace ? this.#row(select) : null;
			if (row === null) return null;
			out.push(row);
			const next = this.#code();
			this.#at++;
			if (next === closingBracket) return `[${out.join(",")}]`;
			if (next !== comma) return null;
		}
	}

	#row(select: SelectNode): string | null {
		const shape = shapeOf(select);
		if (shape === null) return null;
		const { slots } = shape;
		const values: (string | undefined)[] = new Array(slots.length);
		let next = comma;
		for (let place = 0; next !== closingBrace; place++) {
			// Behind the brace, or the comma.
			this.#at++;
			const index = next === comma ? this.#slotAt(shape, place) : -1;
			const slot = slots[index];
			const value = slot === undefined ? null : this.#member(slot);
			if (value === null) return null;
			values[index] = value;
			next = this.#code();
		}
		this.#at++;
		const out: string[] = new Array(2 * slots.length + 1);
		for (let index = 0; index < slots.length; index++) {
			const { prefix, constant, none } = slots[index] as Slot;
			out[2 * index] = prefix;
			out[2 * index + 1] = constant ?? values[index] ?? none;
		}
		out[2 * slots.length] = "}";
		return out.join("");
	}

	/** The slot of the member that begins here, -1: none; the place is then behind its colon. */
	#slotAt({ order, slotOf }: Shape, place: number): number {
		const quoteAt = this.#code() === quote ? this.#at : -1;
		const expected = order[place];
		if (expected !== undefined && this.#json.startsWith(expected.text, quoteAt)) {
			this.#at += expected.text.length;
			return expected.slot;
		}
		const end = this.#json.indexOf('"', quoteAt + 1);
		const slot = slotOf.get(this.#json.slice(quoteAt + 1, end)) ?? -1;
		this.#at = end + 2;
		order[place] = { text: this.#json.slice(quoteAt, this.#at), slot };
		return slot;
	}

	/** A member's value. */
	#member({ select, none }: Slot): string | null {
		const first = this.#code();
		if (first === openingBracket || first === openingBrace) return select === null ? null : this.value(select);
		const start = this.#at;
		if (first === quote) this.#skipString();
		else this.#skipWord();
		const text = this.#json.slice(start, this.#at);
		return text === "null" ? none : text;
	}

	#skipString(): void {
		let end = this.#at;
		do end = this.#json.indexOf('"', end + 1);
		while (this.#isEscaped(end));
		this.#at = end + 1;
	}

	/** A quote behind an odd number of backslashes is part of the text. */
	#isEscaped(place: number): boolean {
		let backslashes = 0;
		while (this.#json.charCodeAt(place - 1 - backslashes) === backslash) backslashes++;
		return backslashes % 2 === 1;
	}

	/** A number, true, false or null: whatever stands before the next comma or brace. */
	#skipWord(): void {
		for (;;) {
			const code = this.#json.charCodeAt(this.#at);
			if (code === comma || code === closingBrace || Number.isNaN(code)) return;
			this.#at++;
		}
	}

	/** The next character that is no blank. */
	#code(): number {
		while (this.#json.charCodeAt(this.#at) === blank) this.#at++;
		return this.#json.charCodeAt(this.#at);
	}
}
