// Posts one body to several URLs by turns, one request at a time, until its parent lets go of it: a process of its own, so
// that its CPU time is not the server's. Ends with an error when an answer has errors.
import { Agent, request } from "undici";

/** What the parent sends, once. */
export interface Turns {
	readonly urls: readonly string[];
	readonly body: string;
	readonly authorization: string;
}

const agent = new Agent({ connections: 1, pipelining: 1 });
let going = true;
process.once("disconnect", () => {
	going = false;
});

process.once("message", async ({ urls, body, authorization }: Turns) => {
	const headers = { "content-type": "application/json", accept: "application/json", authorization };
	for (let turn = 0; going; turn++) {
		const url = urls[turn % urls.length] as string;
		const answer = await request(url, { method: "POST", headers, body, dispatcher: agent });
		const text = await answer.body.text();
		if (answer.statusCode !== 200 || text.includes('"errors"')) throw new Error(`${url} answered ${text}`);
	}
	await agent.close();
});
