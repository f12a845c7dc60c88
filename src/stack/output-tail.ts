// Keeps the last lines that a process printed, to show them when it fails; takes any chunks, gives whole lines.

/** A ring of lines with bounded memory. */
export class OutputTail {
	readonly #capacity: number;
	readonly #longestLine: number;
	readonly #lines: string[] = [];
	#partial = "";

	/** @param capacity lines kept; @param longestLine characters kept of each */
	constructor(capacity = 40, longestLine = 2000) {
		this.#capacity = capacity;
		this.#longestLine = longestLine;
	}

	/** Adds a chunk and gives the lines that it completed. */
	push(chunk: string): readonly string[] {
		const pieces = (this.#partial + chunk).split(/\r?\n/);
		this.#partial = (pieces.pop() ?? "").slice(0, this.#longestLine);
		const completed = pieces.map((line) => line.slice(0, this.#longestLine)).filter((line) => line.trim() !== "");
		this.#lines.push(...completed);
		this.#lines.splice(0, Math.max(0, this.#lines.length - this.#capacity));
		return completed;
	}

	/** The last lines, oldest first, one not yet ended included. */
	text(): string {
		return [...this.#lines, ...(this.#partial === "" ? [] : [this.#partial])].slice(-this.#capacity).join("\n");
	}
}
