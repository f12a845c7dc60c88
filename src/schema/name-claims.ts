// Settles collisions of GraphQL names: the first claim wins, a later one gets its next candidate or a number. Claims are
// made in a fixed order, so the outcome is the same for the same database; each detour is kept for `apprun doctor`.

/** One namespace of GraphQL names, such as all types, or the fields of one type. */
export class NameClaims {
	readonly #taken: Set<string>;
	readonly #collisions: string[];

	/**
	 * @param reserved names that nobody may have
	 * @param collisions where detours are written to, one line each
	 */
	constructor(reserved: Iterable<string>, collisions: string[]) {
		this.#taken = new Set(reserved);
		this.#collisions = collisions;
	}

	/**
	 * Claims the first free candidate.
	 * @param candidates names, best first; at least one
	 * @param owner what the name is for, in the words of the database
	 * @param bundle all names that go with a candidate and must be free too, itself included
	 */
	claim(
		candidates: readonly string[],
		owner: string,
		bundle: (name: string) => readonly string[] = (name) => [name],
	): string {
		const wanted = candidates[0] ?? "_";
		const free = (name: string) => bundle(name).every((item) => !this.#taken.has(item));
		let name = candidates.find(free);
		for (let number = 2; name === undefined; number++) {
			const numbered = `${wanted}${number}`;
			if (free(numbered)) name = numbered;
		}
		for (const item of bundle(name)) this.#taken.add(item);
		if (name !== wanted) this.#collisions.push(`${owner}: "${wanted}" is taken, named "${name}"`);
		return name;
	}
}
