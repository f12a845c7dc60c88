// The last lines of a service, which are all that a person has when it will not start.
import { expect, test } from "vitest";
import { OutputTail } from "../../../src/stack/output-tail.ts";

test("lines that arrive in pieces are whole again", () => {
	const tail = new OutputTail();
	expect(tail.push("one\ntw")).toEqual(["one"]);
	expect(tail.push("o\r\nthree")).toEqual(["two"]);
	expect(tail.text()).toBe("one\ntwo\nthree");
});

test("only the last lines are kept", () => {
	const tail = new OutputTail(3);
	for (let line = 1; line <= 1000; line += 1) tail.push(`line ${line}\n`);
	expect(tail.text()).toBe("line 998\nline 999\nline 1000");
});

test("a line without an end takes bounded memory", () => {
	const tail = new OutputTail(3, 10);
	for (let chunk = 0; chunk < 1000; chunk += 1) tail.push("0123456789abcdef");
	expect(tail.text()).toBe("0123456789");
});

test("blank lines do not push others out", () => {
	const tail = new OutputTail(2);
	tail.push("first\nsecond\n\n\n\n");
	expect(tail.text()).toBe("first\nsecond");
});
