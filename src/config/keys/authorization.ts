// Settings of the policies: how new they are, and what is logged of decisions.
import { integer, key } from "../config-key.ts";

export const authorizationKeys = Object.freeze({
	policyPollMs: key(
		"APPRUN_POLICY_POLL_MS",
		integer(100, 3_600_000),
		"5000",
		"How often the policies' version is compared with the database, in case a message about a change was lost.",
		{ unit: "ms" },
	),
	policyStaleLimitMs: key(
		"APPRUN_POLICY_STALE_LIMIT_MS",
		integer(1000, 86_400_000),
		"30000",
		"How long policies stay in force unconfirmed before this process is no longer ready.",
		{ unit: "ms" },
	),
	decisionSample: key(
		"APPRUN_DECISION_SAMPLE",
		integer(0, 1_000_000_000),
		"1000",
		"One of how many ordinary allowances is logged; 0 logs none. Denials and administration are always logged.",
	),
});
