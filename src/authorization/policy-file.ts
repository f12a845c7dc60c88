// Reads policies/*.csv: one row a line, values parted by commas, `#` starts a comment line. Refuses what it does not know.
import { readRow, type StoredRow, storedRow } from "./rule.ts";

/**
 * Rows of a policy file, in order.
 * @throws Error naming the line of a row that is not `p, who, tenant, object, action, effect` or `g, who, role, tenant`
 */
export function parsePolicyFile(text: string): readonly StoredRow[] {
	return text.split("\n").flatMap((line, index) => {
		if (line.trim() === "" || line.startsWith("#")) return [];
		const values = line.split(",").map((value) => value.trim());
		try {
			const read = readRow(values);
			return [storedRow(read.kind === "rule" ? read.rule : read.link)];
		} catch (cause) {
			throw new Error(`Line ${index + 1} of the policy file is not a rule: ${line.trim()}`, { cause });
		}
	});
}
