// Takes a module and a page cap, gives the module with its memory's maximum lowered to the cap, so that memory.grow
// stops there. The rest of the module is untouched.
import type { ModuleFacts } from "./inspect-module.ts";

/** @param facts of the same bytes: one memory at most, its initial size within the cap */
export function capMemory(bytes: Uint8Array, facts: ModuleFacts, cap: number): Uint8Array<ArrayBuffer> {
	const memory = facts.memories[0];
	const place = facts.memorySection;
	if (memory === undefined || place === null) return new Uint8Array(bytes);
	const maximum = Math.min(memory.maximum ?? cap, cap);
	const content = [1, 1, ...leb128(memory.initial), ...leb128(maximum)];
	const section = Uint8Array.from([5, ...leb128(content.length), ...content]);
	const capped = new Uint8Array(place.header + section.length + bytes.length - place.end);
	capped.set(bytes.subarray(0, place.header), 0);
	capped.set(section, place.header);
	capped.set(bytes.subarray(place.end), place.header + section.length);
	return capped;
}

function leb128(value: number): number[] {
	const bytes: number[] = [];
	let rest = value;
	do {
		const low = rest % 128;
		rest = Math.floor(rest / 128);
		bytes.push(rest > 0 ? low + 128 : low);
	} while (rest > 0);
	return bytes;
}
