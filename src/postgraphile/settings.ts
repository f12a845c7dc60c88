// What the PostGraphile process is told when it starts: a file of its own, readable by its owner only, because secrets
// have no place in arguments, which every process of the machine can read. Refuses anything else.
import { readFileSync } from "node:fs";
import { z } from "zod";

const settingsSchema = z.object({
	/** As `apprun_authenticator`: no right of its own, and may become what a caller runs as. */
	connectionString: z.string(),
	/** Database connections. */
	pool: z.number().int().positive(),
	/** Exposed schemas. */
	schemas: z.array(z.string()).min(1),
	/** HS256 secret of the tokens that apprun makes of verified principals; the same that PostgREST verifies with. */
	jwtSecret: z.string().min(8),
	/** Loopback port to listen on. */
	port: z.number().int().positive(),
	/** Largest request body, in bytes. */
	maxBodyBytes: z.number().int().positive(),
});

export type PostgraphileSettings = Readonly<z.infer<typeof settingsSchema>>;

/** Reads them. @throws ZodError or SyntaxError for a file that is not such a one */
export function readSettings(path: string): PostgraphileSettings {
	return settingsSchema.parse(JSON.parse(readFileSync(path, "utf8")));
}
