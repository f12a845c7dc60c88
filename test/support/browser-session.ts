// What a browser does at /auth, without one: a cookie jar, Kratos' browser flows as JSON, and requests with the cookie.
import { inject } from "vitest";
import "./provided-stack.ts";

export interface BrowserSession {
	/** As a browser would send it. */
	readonly cookie: () => string;
	/** Sends a request to this site, keeping cookies. */
	send(
		path: string,
		options?: { readonly method?: string; readonly body?: unknown; headers?: object },
	): Promise<Response>;
	/** Opens a flow and sends its form. */
	submit(flow: string, values: object): Promise<Response>;
}

/** A browser without cookies, at the run's own site. */
export function openBrowserSession(): BrowserSession {
	const jar = new Map<string, string>();
	const origin = new URL(inject("stack").graphql).origin;
	const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
	const send: BrowserSession["send"] = async (path, { method = "GET", body, headers = {} } = {}) => {
		const response = await fetch(new URL(path, origin), {
			method,
			redirect: "manual",
			headers: {
				accept: "application/json",
				cookie: cookie(),
				...(body === undefined ? {} : { "content-type": "application/json", origin }),
				...headers,
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		for (const text of response.headers.getSetCookie()) {
			const [pair = ""] = text.split(";");
			const equals = pair.indexOf("=");
			if (/max-age=0|expires=thu, 01 jan 1970/i.test(text)) jar.delete(pair.slice(0, equals));
			else jar.set(pair.slice(0, equals), pair.slice(equals + 1));
		}
		return response;
	};
	return {
		cookie,
		send,
		async submit(name, values) {
			const opened = await send(`/auth/self-service/${name}/browser`);
			const flow = (await opened.json()) as {
				ui: { action: string; nodes: { attributes: { name: string; value?: string } }[] };
			};
			const csrf = flow.ui.nodes.find(({ attributes }) => attributes.name === "csrf_token")?.attributes.value;
			const { pathname, search } = new URL(flow.ui.action);
			return send(pathname + search, { method: "POST", body: { csrf_token: csrf, ...values } });
		},
	};
}
