// `slugify`: takes a JSON string, answers with it as a slug: "Crème brûlée & Co." becomes "creme-brulee-co".
import { alloc, answer, fail, input, quote, textOf } from "../sdk/assemblyscript/apprun";

export { alloc };

// Letters with a mark and what they are without it, pair by pair.
const marked = "àaáaâaãaäaåaçcèeéeêeëeìiíiîiïiñnòoóoôoõoöoøoùuúuûuüuýyÿyßsšsžzčcřrďdťtňnůuěełlńnśsźzżzćcąaęeğgşsıi";

export function handle(pointer: usize, length: i32): i64 {
	const text = textOf(input(pointer, length));
	if (text === null) {
		fail("the input must be a JSON string");
		return 0;
	}
	let slug = "";
	const lower = text.toLowerCase();
	for (let index = 0; index < lower.length; index++) {
		const char = plain(lower.charAt(index));
		if (char != "-") slug += char;
		else if (slug.length > 0 && !slug.endsWith("-")) slug += "-";
	}
	if (slug.endsWith("-")) slug = slug.substring(0, slug.length - 1);
	return answer(quote(slug));
}

/** The letter or digit that a character stands for; `-` for any other. */
function plain(char: string): string {
	const code = char.charCodeAt(0);
	if ((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a)) return char;
	if (code < 0x80) return "-";
	const at = marked.indexOf(char);
	return at >= 0 && at % 2 == 0 ? marked.charAt(at + 1) : "-";
}
