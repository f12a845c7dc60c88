// The resolver of every field below a root field.

type Row = Readonly<Record<string, unknown>>;

/** A source gives rows in the shape of the selection, so an aliased field stands under its alias. */
export function readByResponseKey(
	row: Row,
	_args: unknown,
	_context: unknown,
	info: { readonly path: { readonly key: string | number } },
): unknown {
	return row[info.path.key];
}
