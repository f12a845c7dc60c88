// A second server process, as far as policies go: loads and follows them, and tells its parent when a decision of interest
// changes. Started by fork with { databaseUrl, tenantId, object, action } as its first message.
import { createAuthorization } from "../../src/authorization/create-authorization.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { readArguments } from "../../src/plan/read-arguments.ts";

interface Interest {
	readonly databaseUrl: string;
	readonly tenantId: string;
	readonly object: string;
	readonly action: string;
}

process.once("message", (interest: Interest) => void follow(interest));

async function follow({ databaseUrl, tenantId, object, action }: Interest): Promise<void> {
	const principal = { kind: "user", subject: "ann", tenantId, roles: ["reader"], expiresAt: 0 } as const;
	let allowed: boolean | null = null;
	const authorization = await createAuthorization({
		databaseUrl,
		config: loadConfig({}),
		// Every load may have changed the decision; it is asked for after the snapshot was swapped.
		readArguments,
		observe: ({ kind }) => kind === "policy.loaded" && setImmediate(tell),
	});
	function tell() {
		const decision = authorization.authorizer.decide({ ...principal, credential: "development-jwt" }, object, action);
		if (decision.allowed === allowed) return;
		allowed = decision.allowed;
		// The clock of performance.timeOrigin is the machine's: comparable between processes on it.
		process.send?.({ allowed, at: performance.timeOrigin + performance.now() });
	}
	tell();
	process.once("disconnect", () => void authorization.close().then(() => process.exit(0)));
}
