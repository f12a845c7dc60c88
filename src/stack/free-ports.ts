// Gives loopback ports that nobody listens on. Another process may take one before it is used: callers start their
// service again with new ports when that happens (start-on-free-ports.ts).
import { createServer, type Server } from "node:net";

/** As many distinct free ports of 127.0.0.1 as asked for. */
export async function freePorts(count: number): Promise<number[]> {
	const servers = await Promise.all(Array.from({ length: count }, listen));
	const ports = servers.map((server) => {
		const address = server.address();
		if (address === null || typeof address === "string") throw new Error("a listening server has a port");
		return address.port;
	});
	await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
	return ports;
}

function listen(): Promise<Server> {
	return new Promise((resolve, reject) => {
		const server = createServer().once("error", reject);
		server.listen(0, "127.0.0.1", () => resolve(server));
	});
}
