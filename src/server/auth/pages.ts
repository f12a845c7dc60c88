// The pages of /auth: one HTML shell whose script renders Kratos' flow, its files, and the development mailbox.
import { readFile } from "node:fs/promises";
import type { DevelopmentMailbox } from "../../identity/development-mailbox.ts";

export interface AuthPagesOptions {
	/** Null: there is no mailbox page. */
	readonly mailbox: DevelopmentMailbox | null;
}

/** Answers GET of a page or a file; null: the path is none of them. */
export type AnswerAuthPage = (path: string) => Promise<Response | null>;

const titles: Readonly<Record<string, string>> = {
	login: "Sign in",
	registration: "Create an account",
	recovery: "Recover an account",
	verification: "Confirm your e-mail address",
	settings: "Your account",
	logout: "Sign out",
	error: "Something went wrong",
};

const files: Readonly<Record<string, string>> = {
	"/auth/assets/flow.js": "text/javascript; charset=utf-8",
	"/auth/assets/page.css": "text/css; charset=utf-8",
};

const contentSecurityPolicy = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"connect-src 'self'",
	"img-src 'self' data:",
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
].join("; ");

/** Builds the answers. */
export function createAuthPages({ mailbox }: AuthPagesOptions): AnswerAuthPage {
	return async (path) => {
		const contentType = files[path];
		if (contentType !== undefined) {
			const text = await readFile(new URL(path.replace("/auth/assets/", ""), import.meta.url), "utf8");
			return new Response(text, { headers: headersOf(contentType) });
		}
		if (path === "/auth" || path === "/auth/")
			return new Response(null, { status: 307, headers: { location: "/auth/login" } });
		const name = path.slice("/auth/".length);
		if (name === "mailbox" && mailbox !== null) return html("Mails", mailList(mailbox));
		const title = Object.hasOwn(titles, name) ? titles[name] : undefined;
		return title === undefined ? null : html(title, flowPlace(mailbox !== null));
	};
}

function html(title: string, content: string): Response {
	const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>apprun · ${escaped(title)}</title>
<link rel="stylesheet" href="/auth/assets/page.css">
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${content}
</main>
</body>
</html>
`;
	return new Response(page, { headers: headersOf("text/html; charset=utf-8") });
}

function flowPlace(hasMailbox: boolean): string {
	const mails = hasMailbox ? '<a href="/auth/mailbox">Mails</a>' : "";
	return `<div id="flow" aria-live="polite">One moment …</div>
<noscript>This page needs JavaScript. Without it, sign in with the GraphQL mutation <code>login</code>.</noscript>
<nav><a href="/auth/login">Sign in</a> <a href="/auth/registration">Create an account</a> <a href="/auth/recovery">Forgot the password?</a> <a href="/graphql">GraphiQL</a> ${mails}</nav>
<script type="module" src="/auth/assets/flow.js"></script>`;
}

function mailList({ mails }: DevelopmentMailbox): string {
	if (mails.length === 0) return "<p>No mail yet. What would be sent to people is shown here, newest first.</p>";
	return mails
		.map(
			({ to, subject, body, at }) =>
				`<article><h2>${escaped(subject)}</h2><p>To ${escaped(to)}, ${at.toISOString()}</p><pre>${escaped(body)}</pre></article>`,
		)
		.join("\n");
}

function escaped(text: string): string {
	return text
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(">", "&gt;")
		.replaceAll('"', "&quot;")
		.replaceAll("'", "&#39;");
}

const headersOf = (contentType: string) => ({
	"content-type": contentType,
	"content-security-policy": contentSecurityPolicy,
	"referrer-policy": "same-origin",
	"x-content-type-options": "nosniff",
	"x-frame-options": "DENY",
	"cache-control": "no-store",
});
