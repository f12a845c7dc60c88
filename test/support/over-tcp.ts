// A unix socket, reachable on a port of loopback: services of the test stack listen on sockets, one's own would on ports.
import { type AddressInfo, connect, createServer } from "node:net";

export interface OverTcp {
	readonly url: string;
	close(): void;
}

/** Passes connections on until it is closed. */
export async function overTcp(socketPath: string): Promise<OverTcp> {
	const server = createServer((socket) => {
		const upstream = connect(socketPath);
		socket.pipe(upstream).pipe(socket);
		for (const end of [socket, upstream]) end.on("error", () => {});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}
