// Labels of enums that are no GraphQL names get names that a person can tell apart.
import { expect, test } from "vitest";
import { enumNames } from "../../../src/schema/enum-names.ts";

test.each([
	[
		["+1", "-1"],
		["PLUS_1", "MINUS_1"],
	],
	[
		["A", "A+", "A-"],
		["A", "A_PLUS", "A_MINUS"],
	],
	[
		["<18", "18-64", ">=65"],
		["LESS_18", "_18_64", "GREATER_EQUAL_65"],
	],
	[
		["PG-13", "off-topic", "(in progress)", "readyToShip?"],
		["PG_13", "OFF_TOPIC", "IN_PROGRESS", "READY_TO_SHIP"],
	],
	[
		["=", "<>", "?", "👍", " ", ""],
		["EQUAL", "LESS_GREATER", "U3F", "U1F44D", "U20", "EMPTY"],
	],
	[
		["PLUS_1", "+1", "true", "__x"],
		["PLUS_1", "PLUS_12", "TRUE", "X"],
	],
	[
		["été", "名", "1"],
		["ETE", "U540D", "_1"],
	],
])("%j are %j", (labels, names) => {
	const found = enumNames(labels);
	expect(labels.map((label) => found[label])).toEqual(names);
});
