// Gives the secrets of one data dir: generated once, kept in secrets.json with mode 0600, completed when a newer apprun
// needs another one. Refuses a file that it cannot read as such.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { StackError } from "./stack-error.ts";

const secret = z.string().min(8);
const secretsSchema = z.object({
	/** Not a secret: tells the data dirs of one machine apart. */
	instance: z.string().regex(/^[0-9a-f]{12}$/),
	postgresPassword: secret,
	authenticatorPassword: secret,
	/** Shared with PostgREST; HS256. */
	jwtSecret: secret,
	/** Signs the tokens of `apprun token`; HS256. */
	developmentSecret: secret,
	kratosDatabasePassword: secret,
	kratosCookieSecret: secret,
	/** Exactly 32 characters: Kratos uses it as a key. */
	kratosCipherSecret: secret,
	/** What Kratos sends with a call of a hook. */
	hookSecret: secret,
	/** Of the demo's people. */
	demoPassword: secret,
});

/** The secrets of one data dir. Never logged. */
export type Secrets = Readonly<z.infer<typeof secretsSchema>>;

/** Reads `<dataDir>/secrets.json`, making what is missing. The caller holds the data dir's lock. */
export function loadSecrets(dataDir: string): Secrets {
	const path = join(dataDir, "secrets.json");
	const stored = existsSync(path) ? readStored(path) : {};
	const secrets = Object.freeze({ ...generate(), ...stored });
	if (Object.keys(secrets).some((name) => !(name in stored))) {
		writeFileSync(`${path}.new`, `${JSON.stringify(secrets, null, "\t")}\n`, { mode: 0o600 });
		renameSync(`${path}.new`, path);
	}
	return secrets;
}

function readStored(path: string): Partial<Secrets> {
	try {
		const { success, data, error } = secretsSchema.partial().safeParse(JSON.parse(readFileSync(path, "utf8")));
		if (success) return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
		throw error;
	} catch (error) {
		throw new StackError(
			`${path} cannot be read as the secrets of a data dir.`,
			"Restore it, or, if what the data dir holds may be lost, remove the whole data dir and start again.",
			error,
		);
	}
}

function generate(): Secrets {
	const random = () => randomBytes(32).toString("base64url");
	return {
		instance: randomBytes(6).toString("hex"),
		postgresPassword: random(),
		authenticatorPassword: random(),
		jwtSecret: random(),
		developmentSecret: random(),
		kratosDatabasePassword: random(),
		kratosCookieSecret: random(),
		kratosCipherSecret: randomBytes(16).toString("hex"),
		hookSecret: random(),
		demoPassword: randomBytes(9).toString("base64url"),
	};
}
