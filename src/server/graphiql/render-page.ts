// The HTML of GraphiQL. It holds no script of its own, only settings as data, so that its content security policy can
// refuse every inline script and every other origin.
import type { DevelopmentTenant } from "../../identity/development-sign-in.ts";
import { graphiqlPath } from "../paths.ts";
import type { Example } from "./examples.ts";

/** What page.js reads. */
export interface PageSettings {
	readonly examples: readonly Example[];
	/** Null: no development sign-in. */
	readonly signIn: { readonly tenants: readonly DevelopmentTenant[]; readonly roles: readonly string[] } | null;
	/** The way from the page's folder to the site's root: empty, or `../`. */
	readonly home: string;
}

/** Everything is refused that is not listed; monaco and React set inline styles, and bring fonts as data. */
export const contentSecurityPolicy = [
	"default-src 'none'",
	"script-src 'self'",
	"worker-src 'self'",
	"connect-src 'self'",
	"style-src 'self' 'unsafe-inline'",
	"img-src 'self' data:",
	"font-src 'self' data:",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
].join("; ");

const icon =
	"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%230f766e'/%3E%3Cpath d='M10 8l14 8-14 8z' fill='%23fff'/%3E%3C/svg%3E";

/** Renders the page. */
export function renderPage(settings: PageSettings): string {
	// Relative, so that the page also works below a path of a proxy.
	const base = settings.home + graphiqlPath.slice(1);
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>apprun · GraphiQL</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${base}/graphiql.css">
<link rel="stylesheet" href="${base}/page.css">
<script type="application/json" id="settings">${asScriptData(settings)}</script>
<script defer src="${base}/page.js"></script>
<script defer src="${base}/graphiql.js"></script>
</head>
<body>
<noscript>GraphiQL needs JavaScript. The endpoint itself answers POST with a JSON body.</noscript>
<header id="sign-in" hidden>
<label>Tenant <select id="tenant"></select></label>
<label>Role <select id="role"></select></label>
<output id="sign-in-state"></output>
<a id="account">Sign in</a>
</header>
<main id="root"></main>
</body>
</html>
`;
}

/** JSON that cannot end the element that it stands in. */
function asScriptData(value: unknown): string {
	return JSON.stringify(value).replaceAll("<", "\\u003c");
}
