// Renders the self-service flow of Kratos that this page is named after: fetches it, makes a form of its nodes, sends the
// form, and renders the answer or goes where it leads. Text only ever becomes text. Reference: Kratos' flow API as JSON.

const place = document.getElementById("flow");
const kind = location.pathname.split("/").pop();
const query = new URLSearchParams(location.search);
const home = "/graphql";
/** Secret of an invitation: a new account joins by registering with it, one that is there by signing in. */
const invitation = query.get("invitation");

/** What Kratos does not ask for at registration, but our hook reads. */
const extraFields = [
	{ name: "transient_payload.tenantName", label: "Name of your new tenant (optional)" },
	{ name: "transient_payload.invitation", label: "Invitation (to join a tenant)" },
];

start().catch(() => show("The identity service cannot be reached. Try again shortly.", "error"));

async function start() {
	if (kind === "logout") return await signOut();
	if (kind === "error")
		return show(`Kratos reports an error${query.has("id") ? ` (${query.get("id")})` : ""}.`, "error");
	const id = query.get("flow");
	const path = id ? `flows?id=${encodeURIComponent(id)}` : `browser${startParameters()}`;
	await handle(await ask(`/auth/self-service/${kind}/${path}`));
}

function startParameters() {
	const passed = ["aal", "refresh"].filter((name) => query.has(name)).map((name) => [name, query.get(name)]);
	return passed.length === 0 ? "" : `?${new URLSearchParams(passed)}`;
}

async function ask(path, body) {
	const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
	const headers = { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) };
	const answer = await fetch(path, { ...sent, headers, credentials: "same-origin", redirect: "manual" });
	return { status: answer.status, body: answer.status === 204 ? null : await answer.json().catch(() => null) };
}

async function handle({ status, body }) {
	if (body?.ui) return render(body);
	if (body?.redirect_browser_to) return go(new URL(body.redirect_browser_to, location.href));
	if (body?.error?.id === "session_already_available") return await enter();
	if (status === 410 || body?.error?.id === "self_service_flow_expired") return location.assign(location.pathname);
	if (status === 401)
		return go(new URL(`/auth/login?return_to=${encodeURIComponent(location.pathname)}`, location.href));
	if (status === 200) return await enter();
	show(body?.error?.reason ?? body?.error?.message ?? "The identity service cannot be reached.", "error");
}

/** Signed in: goes where one wanted to, as a member of the tenant that one was invited into. */
async function enter() {
	if (kind !== "login" || invitation === null) return go(returnTo());
	const accept = "mutation Accept($secret: String!) { acceptInvitation(secret: $secret) { me { id } } }";
	const { body } = await ask(home, { query: accept, variables: { secret: invitation } });
	const [error] = body?.errors ?? [];
	if (error === undefined) return go(new URL(home, location.href));
	show(error.message, "error");
	place.append(link(home, "Go on without it"));
}

/** Only ever a page of this site. */
function returnTo() {
	const wanted = new URL(query.get("return_to") ?? home, location.origin);
	return wanted.origin === location.origin ? wanted : new URL(home, location.origin);
}

function go(url) {
	location.assign(url.pathname + url.search);
}

function render(flow) {
	const groups = new Map();
	for (const node of flow.ui.nodes) {
		if (node.group === "default") continue;
		groups.set(node.group, [...(groups.get(node.group) ?? []), node]);
	}
	const common = flow.ui.nodes.filter((node) => node.group === "default");
	const forms = [...groups.values()].map((nodes) => formOf(flow, [...common, ...nodes]));
	place.replaceChildren(...(flow.ui.messages ?? []).map(messageOf), ...forms);
	if (kind === "settings") place.append(link("/auth/logout", "Sign out"));
	if (kind === "registration" && invitation !== null)
		place.append(link(`/auth/login?${new URLSearchParams({ invitation })}`, "Join with the account that you have"));
	place.querySelector("input:not([type=hidden]):not([readonly])")?.focus();
}

function formOf(flow, nodes) {
	const form = document.createElement("form");
	for (const node of nodes) form.append(...elementsOf(node));
	if (kind === "registration") {
		const submit = form.querySelector("button");
		for (const { name, label } of extraFields) {
			const value = name.endsWith("invitation") ? (invitation ?? "") : "";
			const [element] = elementsOf({
				type: "input",
				attributes: { name, type: "text", value },
				meta: { label: { text: label } },
			});
			form.insertBefore(element, submit);
		}
	}
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		const pressed = event.submitter;
		// Before the button is disabled: a disabled one is not part of the form's data.
		const values = valuesOf(new FormData(form, pressed));
		if (pressed) pressed.disabled = true;
		try {
			const { pathname, search } = new URL(flow.ui.action, location.href);
			await handle(await ask(pathname + search, values));
		} catch {
			show("The identity service cannot be reached. Try again shortly.", "error");
		} finally {
			if (pressed) pressed.disabled = false;
		}
	});
	return form;
}

/** `traits.email=x` → { traits: { email: "x" } } */
function valuesOf(data) {
	const values = {};
	for (const [name, value] of data) {
		const path = name.split(".");
		const last = path.pop();
		let inner = values;
		for (const part of path) {
			inner[part] ??= {};
			inner = inner[part];
		}
		inner[last] = value;
	}
	return values;
}

function elementsOf({ type, attributes, meta, messages = [] }) {
	const label = meta?.label?.text ?? "";
	const said = messages.map(messageOf);
	if (type === "text") return [paragraph(`${label}: ${attributes.text?.text ?? ""}`), ...said];
	if (type === "img") return [imageOf(attributes), ...said];
	if (type === "a") return [link(new URL(attributes.href, location.href).pathname, label)];
	if (type !== "input") return said;
	// The server assigns the tenant; nobody has to see the field where they are about to get one.
	if (attributes.name === "traits.tenant_id" && kind === "registration") return said;
	if (attributes.type === "submit" || attributes.type === "button") return [buttonOf(attributes, label), ...said];
	if (attributes.type === "hidden") return [inputOf(attributes), ...said];
	const element = document.createElement("label");
	element.append(label, inputOf(attributes));
	return [element, ...said];
}

function inputOf({ name, type, value, required, autocomplete, disabled }) {
	const input = document.createElement("input");
	input.name = name;
	input.type = type;
	if (value !== undefined && value !== null) input.value = value;
	input.required = required === true;
	input.disabled = disabled === true;
	input.readOnly = name === "traits.tenant_id";
	if (autocomplete) input.autocomplete = autocomplete;
	return input;
}

function buttonOf({ name, value, disabled }, label) {
	const button = document.createElement("button");
	button.name = name;
	button.value = value;
	button.disabled = disabled === true;
	button.textContent = label;
	return button;
}

function imageOf({ src, width, height }) {
	const image = document.createElement("img");
	if (src.startsWith("data:image/")) image.src = src;
	image.width = width;
	image.height = height;
	image.alt = "Code for the authenticator app";
	return image;
}

function messageOf({ text, type }) {
	const element = paragraph(text);
	element.className = ["error", "info", "success"].includes(type) ? type : "info";
	element.setAttribute("role", type === "error" ? "alert" : "status");
	return element;
}

function paragraph(text) {
	const element = document.createElement("p");
	element.textContent = text;
	return element;
}

function link(href, text) {
	const element = document.createElement("a");
	element.href = href;
	element.textContent = text;
	return element;
}

function show(text, type) {
	place.replaceChildren(messageOf({ text, type }));
}

async function signOut() {
	const { status, body } = await ask("/auth/self-service/logout/browser");
	if (status === 200 && body?.logout_url) {
		const { pathname, search } = new URL(body.logout_url, location.href);
		await ask(pathname + search);
	}
	go(new URL("/auth/login", location.href));
}
