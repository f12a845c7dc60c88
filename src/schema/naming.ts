// The only place where GraphQL names are made. Pure: database names in, legal GraphQL names out; the same database
// gives the same names. Collisions are settled by name-claims.ts.
import pluralize from "pluralize";
import type { ForeignKey, TableRef } from "./catalog.ts";

/** GraphQL names of the types that belong to a table, made from its type name. */
export interface TableTypeNames {
	readonly filter: string;
	/** What a to-many relation to the table is filtered by. */
	readonly listFilter: string;
	readonly order: string;
	readonly input: string;
	readonly patch: string;
	readonly column: string;
	readonly onConflict: string;
	readonly constraint: string;
	readonly updateColumn: string;
	readonly connection: string;
	readonly edge: string;
	readonly aggregate: string;
	/** What the rows of a group share. */
	readonly group: string;
	readonly sum: string;
	readonly average: string;
	/** Least or greatest values. */
	readonly extreme: string;
}

/** The names of a table's further types: `ProductFilter`, `ProductInput` … */
export function tableTypeNames(typeName: string): TableTypeNames {
	return Object.freeze({
		filter: `${typeName}Filter`,
		listFilter: `${typeName}ListFilter`,
		order: `${typeName}Order`,
		input: `${typeName}Input`,
		patch: `${typeName}Patch`,
		column: `${typeName}Column`,
		onConflict: `${typeName}OnConflict`,
		constraint: `${typeName}Constraint`,
		updateColumn: `${typeName}UpdateColumn`,
		connection: `${typeName}Connection`,
		edge: `${typeName}Edge`,
		aggregate: `${typeName}Aggregate`,
		group: `${typeName}Group`,
		sum: `${typeName}Sum`,
		average: `${typeName}Average`,
		extreme: `${typeName}Extreme`,
	});
}

/** Root fields that cannot be: the merging of schemas passes over resolvers that are called so. */
export const unusableRootFields: readonly string[] = Object.freeze(["constructor", "prototype"]);

/** `order_items` → `orderItems`; a name that is already camelCase stays. */
export function camelCase(name: string): string {
	const words = toWords(name);
	return legal(words.map((word, index) => (index === 0 ? lowerFirst(word) : upperFirst(word))).join(""));
}

/** `order_items` → `OrderItems`. */
export function pascalCase(name: string): string {
	return legal(toWords(name).map(upperFirst).join(""));
}

/** Type of a table's rows: `products` → `Product`. */
export function rowTypeName(tableName: string): string {
	return pascalCase(inflectLastWord(tableName, pluralize.singular));
}

/** Input type of a composite type: `AddressInput`. */
export function compositeInputName(typeName: string): string {
	return `${typeName}Input`;
}

/** Root field of many rows: `products`, `person` → `people`. */
export function listFieldName(tableName: string): string {
	return camelCase(inflectLastWord(tableName, pluralize.plural));
}

/** Root field of a list's connection: `productsConnection`. */
export function connectionFieldName(listField: string): string {
	return `${listField}Connection`;
}

/** Field of the aggregate of a list, or of a to-many relation: `productsAggregate`. */
export function aggregateFieldName(listField: string): string {
	return `${listField}Aggregate`;
}

/** What rows are grouped by: a column, `categoryId`, or one of a to-one relation, `category_name`. */
export function groupColumnName(relation: string | null, column: string): string {
	return relation === null ? column : `${relation}_${column}`;
}

/** Root field of one row: `product`, and for a key that is not the primary one `productBySku`. */
export function keyFieldName(typeName: string, columns: readonly string[], primary: boolean): string {
	return lowerFirst(typeName) + (primary ? "" : `By${columns.map(pascalCase).join("And")}`);
}

/** Root field of a write: `createProduct`, `updateProductBySku`. */
export function writeFieldName(verb: "create" | "update" | "delete", name: string): string {
	return verb + upperFirst(name);
}

/** Root fields of a function, best first: `searchProducts`, for an overload `searchProductsWithQuery`. */
export function routineFieldNames(
	name: string,
	argumentNames: readonly string[],
	overload: boolean,
): readonly string[] {
	const own = camelCase(name);
	const longer = `${own}With${argumentNames.map(pascalCase).join("And")}`;
	return overload ? [longer] : [own, longer];
}

/** Type of the rows that a function gives and no table holds: `SalesByMonthRow`. */
export function routineRowTypeName(name: string): string {
	return `${pascalCase(name)}Row`;
}

/** An argument of a function; the names of a list's own arguments are taken. */
export function argumentNames(name: string): readonly string[] {
	return [camelCase(name), `${camelCase(name)}Argument`];
}

/** A constraint's name in enums and errors: the database's own where GraphQL knows it. */
export function constraintName(constraint: string): string {
	return legal(
		toAscii(constraint)
			.replace(/[^0-9A-Za-z_]+/g, "_")
			.replace(/^__+/, "_"),
	);
}

/** Signs that tell labels apart where a label begins or ends with them; between words they only separate. */
const signs: ReadonlyMap<string, string> = new Map([
	["+", "PLUS"],
	["-", "MINUS"],
	["<", "LESS"],
	[">", "GREATER"],
	["=", "EQUAL"],
	["#", "HASH"],
	["%", "PERCENT"],
	["$", "DOLLAR"],
	["&", "AND"],
	["*", "STAR"],
]);

/** Enum value of a label: `in progress` → `IN_PROGRESS`, `+1` → `PLUS_1`, `A-` → `A_MINUS`, `?` → `U3F`. */
export function enumValueName(label: string): string {
	const spaced = toAscii(label.replace(/([a-z0-9])([A-Z])/g, "$1_$2"));
	const words = spaced.split(/[^0-9A-Za-z]+/).filter((word) => word !== "");
	if (words.length === 0) return [...spaced].map(spelled).join("_") || "EMPTY";
	const before = /^[^0-9A-Za-z]*/.exec(spaced)?.[0] ?? "";
	const after = /[^0-9A-Za-z]*$/.exec(spaced)?.[0] ?? "";
	return legal([...signsOf(before), ...words, ...signsOf(after)].join("_").toUpperCase());
}

function spelled(symbol: string): string {
	return signs.get(symbol) ?? `U${(symbol.codePointAt(0) ?? 0).toString(16).toUpperCase()}`;
}

function signsOf(symbols: string): string[] {
	return [...symbols].flatMap((symbol) => signs.get(symbol) ?? []);
}

/** Names for the field that follows a foreign key, best first: `category`, `categoryByMainCategory` … */
export function forwardFieldNames(key: ForeignKey, columns: readonly string[]): readonly string[] {
	const target = camelCase(inflectLastWord(key.target.name, pluralize.singular));
	const stem = columns.length === 1 ? withoutIdSuffix(columns[0] ?? "") : null;
	const byColumns = `${target}By${columns.map((column) => pascalCase(column)).join("And")}`;
	return candidates(key.tags.name, stem === null ? target : camelCase(stem), byColumns);
}

/** Names for the field that follows a foreign key backwards: `reviews`, `ordersByBillingAddress` … */
export function backwardFieldNames(from: {
	readonly table: TableRef;
	readonly key: ForeignKey;
	readonly columns: readonly string[];
	readonly cardinality: "one" | "many";
	/** No other foreign key leads from the same table to the same target. */
	readonly only: boolean;
}): readonly string[] {
	const inflect = from.cardinality === "one" ? pluralize.singular : pluralize.plural;
	const base = camelCase(inflectLastWord(from.table.name, inflect));
	const stems = from.columns.map((column) => pascalCase(withoutIdSuffix(column) ?? column)).join("And");
	const byColumns = `${base}By${stems}`;
	return from.only
		? candidates(from.key.tags.foreignName, base, byColumns)
		: candidates(from.key.tags.foreignName, byColumns, `${byColumns}Of${pascalCase(from.key.constraint)}`);
}

/** Names for the field that reaches a table through a join table: `tags`, `tagsViaProductTags` … */
export function joinFieldNames(target: TableRef, join: TableRef): readonly string[] {
	const base = camelCase(inflectLastWord(target.name, pluralize.plural));
	return candidates(null, base, `${base}Via${pascalCase(join.name)}`);
}

function candidates(wanted: string | null, ...names: readonly string[]): readonly string[] {
	return wanted === null ? names : [camelCase(wanted), ...names];
}

function withoutIdSuffix(column: string): string | null {
	const stem = column.replace(/(_id|_uuid|Id|ID|Uuid)$/, "");
	return stem === column || stem === "" ? null : stem;
}

function inflectLastWord(name: string, inflect: (word: string) => string): string {
	const match = /^(.*?)([A-Za-z][a-z0-9]*)[^0-9A-Za-z]*$/s.exec(toAscii(name));
	return match === null ? name : `${match[1] ?? ""}${inflect(match[2] ?? "")}`;
}

function toWords(name: string): string[] {
	return toAscii(name)
		.split(/[^0-9A-Za-z]+/)
		.filter((word) => word !== "");
}

/** Letters lose their accents; what has no Latin base is spelled by its code point, so that names stay distinct. */
function toAscii(name: string): string {
	return [...name.normalize("NFKD").replace(/\p{M}+/gu, "")]
		.map((char) => {
			const code = char.codePointAt(0) ?? 0;
			return code > 127 && /[\p{L}\p{N}]/u.test(char) ? `_u${code.toString(16)}_` : char;
		})
		.join("");
}

/** A legal GraphQL name: never empty, no leading digit (two leading underscores cannot arise). */
function legal(name: string): string {
	if (name === "") return "_";
	return /^[0-9]/.test(name) ? `_${name}` : name;
}

function upperFirst(word: string): string {
	return word.charAt(0).toUpperCase() + word.slice(1);
}

function lowerFirst(word: string): string {
	// An all-caps word is one word: SKU → sku, URLPath → urlPath.
	if (/^[A-Z0-9]+$/.test(word)) return word.toLowerCase();
	const acronym = /^([A-Z]+)([A-Z][a-z].*)$/.exec(word);
	if (acronym !== null) return (acronym[1] ?? "").toLowerCase() + (acronym[2] ?? "");
	return word.charAt(0).toLowerCase() + word.slice(1);
}
