// Runs in the browser: opens GraphiQL with the examples and, in development, keeps the Authorization header of every tab
// that of the chosen tenant and role. Refuses nothing: whoever types a header of their own is left alone.

const settings = JSON.parse(document.getElementById("settings").textContent);
const tenantSelect = document.getElementById("tenant");
const roleSelect = document.getElementById("role");
const state = document.getElementById("sign-in-state");

const choiceKey = "apprun:sign-in";
const anonymous = "anonymous";
const typed = "typed";
const person = "person";
/** Seconds before its end that a token is replaced. */
const margin = 60;

/** The Authorization header that every tab should have; null: none; undefined: whatever is typed there. */
let authorization;
let refresh;

// Monaco reads this when graphiql.js runs, which is after this file: both are deferred, in this order.
globalThis.MonacoEnvironment = {
	globalAPI: true,
	getWorkerUrl: (_module, label) =>
		new URL(
			`${settings.home}graphql/graphiql/${{ graphql: "graphql", json: "json" }[label] ?? "editor"}.worker.js`,
			location.href,
		),
};

document.addEventListener("DOMContentLoaded", async () => {
	if (settings.signIn !== null) await openSignIn();
	const headers = withAuthorization("");
	globalThis.YogaGraphiQL.renderYogaGraphiQL(document.getElementById("root"), {
		endpoint: location.pathname,
		title: "apprun",
		headers,
		...(settings.examples.length > 0 && { defaultTabs: settings.examples.map((tab) => ({ ...tab, headers })) }),
		// A token of a real system does not belong into the browser's storage.
		shouldPersistHeaders: settings.signIn !== null,
	});
	if (settings.signIn !== null) watchHeaderEditor();
});

async function openSignIn() {
	const { tenants, roles } = settings.signIn;
	const me = await whoIsSignedIn();
	// Beside a session's cookie a token of somebody else would be refused: it is the one or the other.
	if (me !== null) tenantSelect.add(new Option(me.email ?? me.id, person));
	else for (const { id, name } of tenants) tenantSelect.add(new Option(name, id));
	if (me === null) tenantSelect.add(new Option("nobody (anonymous)", anonymous));
	const account = document.getElementById("account");
	account.href = `${settings.home}auth/${me === null ? "login" : "logout"}`;
	if (me !== null) account.textContent = "Sign out";
	tenantSelect.add(new Option("as typed below", typed));
	for (const role of roles) roleSelect.add(new Option(role, role));
	const stored = JSON.parse(localStorage.getItem(choiceKey) ?? "null");
	if (me === null) restore(tenantSelect, stored?.tenant);
	restore(roleSelect, stored?.role);
	document.getElementById("sign-in").hidden = false;
	await signIn();
	rewriteStoredTabs();
	for (const select of [tenantSelect, roleSelect]) {
		select.addEventListener("change", async () => {
			await signIn();
			applyToEditor();
		});
	}
}

/** Asks with the cookie that the browser may have; null: nobody, or a session that has ended. */
async function whoIsSignedIn() {
	const answer = await fetch(`${settings.home}graphql`, {
		method: "POST",
		headers: { "content-type": "application/json", accept: "application/json" },
		body: JSON.stringify({ query: "{ me { id email } }" }),
	}).catch(() => null);
	return (await answer?.json().catch(() => null))?.data?.me ?? null;
}

function restore(select, value) {
	if ([...select.options].some((option) => option.value === value)) select.value = value;
}

/** Gets a token for what is chosen, and another one before it ends. */
async function signIn() {
	clearTimeout(refresh);
	const [tenant, role] = [tenantSelect.value, roleSelect.value];
	if (tenant !== person) localStorage.setItem(choiceKey, JSON.stringify({ tenant, role }));
	roleSelect.disabled = tenant === anonymous || tenant === typed || tenant === person;
	authorization = tenant === typed ? undefined : null;
	if (tenant === typed) return say("The Authorization header is the one that you type under Headers.");
	if (tenant === person) return say("The cookie of your session is sent, and no Authorization header.");
	if (tenant === anonymous) return say("No Authorization header is sent.");
	const answer = await fetch(`${settings.home}dev/token`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ tenantId: tenant, role }),
	}).catch(() => null);
	if (answer?.ok !== true) return say("No token could be had; is apprun still running?", true);
	const { token, expiresAt } = await answer.json();
	authorization = `Bearer ${token}`;
	refresh = setTimeout(refreshToken, Math.max(expiresAt - margin - Date.now() / 1000, 1) * 1000);
	return say("A development token is in the Headers of every tab.");
}

async function refreshToken() {
	await signIn();
	applyToEditor();
}

function say(text, wrong = false) {
	state.textContent = text;
	state.classList.toggle("wrong", wrong);
}

/** JSON text of headers → the same with our Authorization; text that is no JSON object stays. */
function withAuthorization(text) {
	if (authorization === undefined) return text;
	const headers = parseHeaders(text);
	if (headers === null) return text;
	for (const name of Object.keys(headers)) if (name.toLowerCase() === "authorization") delete headers[name];
	if (authorization !== null) headers.Authorization = authorization;
	return Object.keys(headers).length === 0 ? "" : JSON.stringify(headers, null, 2);
}

function parseHeaders(text) {
	try {
		const value = JSON.parse(text.trim() === "" ? "{}" : text);
		return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
	} catch {
		return null;
	}
}

/** Tabs of an earlier visit hold tokens that have ended. */
function rewriteStoredTabs() {
	const tabs = JSON.parse(localStorage.getItem("graphiql:tabState") ?? "null");
	if (!Array.isArray(tabs?.tabs)) return;
	for (const tab of tabs.tabs) tab.headers = withAuthorization(tab.headers ?? "");
	localStorage.setItem("graphiql:tabState", JSON.stringify(tabs));
	localStorage.setItem("graphiql:headers", withAuthorization(localStorage.getItem("graphiql:headers") ?? ""));
}

function headerModels() {
	return globalThis.monaco.editor.getModels().filter(isHeaderModel);
}

function isHeaderModel(model) {
	return model.uri.path.endsWith("request-headers.json");
}

function applyToEditor() {
	for (const model of headerModels()) applyToModel(model);
}

function applyToModel(model) {
	const text = withAuthorization(model.getValue());
	if (text !== model.getValue()) model.setValue(text);
}

/** A change of tab replaces the whole text (a flush): it gets our header. Typing does not: then it is theirs. */
function watchHeaderEditor() {
	const watch = (model) => {
		if (!isHeaderModel(model)) return;
		model.onDidChangeContent(({ isFlush }) => {
			if (isFlush) queueMicrotask(() => applyToModel(model));
			else if (model.getValue() !== withAuthorization(model.getValue())) leaveAlone(model);
		});
		applyToModel(model);
	};
	for (const model of headerModels()) watch(model);
	globalThis.monaco.editor.onDidCreateModel(watch);
}

/** Their own Authorization header differs from ours; formatting alone does not count. */
function leaveAlone(model) {
	const headers = parseHeaders(model.getValue());
	const name = headers && Object.keys(headers).find((key) => key.toLowerCase() === "authorization");
	if (headers === null || (name === undefined ? null : headers[name]) === authorization) return;
	tenantSelect.value = typed;
	signIn();
}
