// The program of the PostGraphile process: `node main.ts <settings file>`. Listens on a loopback port, answers GraphQL to
// requests with a token that apprun made, 401 to all others, and `GET /ready` once the schema is built.
import { createServer, type IncomingMessage } from "node:http";
import { postgraphile } from "postgraphile";
import { grafserv } from "postgraphile/grafserv/node";
import { createPgSettings, type PgSettings } from "./pg-settings.ts";
import { createPreset } from "./preset.ts";
import { readSettings } from "./settings.ts";

const settings = readSettings(process.argv[2] ?? "");
const pgSettingsOf = createPgSettings(settings.jwtSecret);
const verified = new WeakMap<IncomingMessage, PgSettings>();

const preset = createPreset(settings, (request) => {
	const found = request === undefined ? undefined : verified.get(request);
	if (found === undefined) throw new TypeError("The request was not verified.");
	return found;
});
const instance = postgraphile(preset);
// A schema that cannot be built ends the process here, and its last words say why.
await instance.getSchema();
const answer = instance.createServ(grafserv).createHandler();

const unauthenticated = JSON.stringify({ errors: [{ message: "This needs a token of apprun's." }] });

const server = createServer(async (request, response) => {
	if (request.url === "/ready") return void response.end("ready\n");
	try {
		verified.set(request, await pgSettingsOf(request.headers.authorization));
	} catch {
		return void response.writeHead(401, { "content-type": "application/json" }).end(unauthenticated);
	}
	await answer(request, response);
});
server.listen(settings.port, "127.0.0.1");

process.once("SIGTERM", () => {
	server.close(async () => {
		await instance.release();
		process.exit();
	});
	server.closeIdleConnections();
});
