// Phase: after the answer is made. Closes the connection of a client that still sends more than we would read, so that
// nothing of it is read, and of everybody once the server is stopping.
import type { IncomingMessage } from "node:http";
import type { ServerPlugin } from "../ports.ts";

export function useConnection(maxBodyBytes: number, isStopping: () => boolean): ServerPlugin {
	return {
		onResponse({ response, serverContext }) {
			const request = serverContext?.req;
			const flooding = request !== undefined && !request.complete && !isShort(request, maxBodyBytes);
			if (flooding || isStopping()) response.headers.set("connection", "close");
		},
	};
}

/** The rest of a short body is read and dropped by Node, and the connection lives on. */
function isShort({ headers }: IncomingMessage, maxBodyBytes: number): boolean {
	return Number(headers["content-length"] ?? Number.POSITIVE_INFINITY) <= maxBodyBytes;
}
