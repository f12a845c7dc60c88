// Pages in a real Chromium, with what they complain of and whom they talk to; and GraphiQL's editors in them.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launchChromium } from "./chromium.ts";

export interface WatchedPage {
	readonly page: Page;
	/** Exceptions and errors of the console. */
	readonly complaints: readonly string[];
	/** Of everything that was asked for. */
	readonly origins: ReadonlySet<string>;
}

/** Launches one Chromium for a test file; each page has a context, and so cookies, of its own. */
export function watchPages(options: BrowserContextOptions = {}): () => Promise<WatchedPage> {
	let browser: Browser;
	beforeAll(async () => {
		browser = await launchChromium();
	});
	afterAll(() => browser.close());
	return async () => {
		const complaints: string[] = [];
		const origins = new Set<string>();
		const page = await (await browser.newContext(options)).newPage();
		page.on("request", (request) => {
			const { origin } = new URL(request.url());
			if (origin !== "null") origins.add(origin);
		});
		page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
		page.on("console", (message) => {
			// Chromium reports every answer of 400 as an error of its own; forms that Kratos refuses are such answers.
			if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
				complaints.push(message.text());
		});
		return { page, complaints, origins };
	};
}

interface TextModel {
	readonly uri: { readonly path: string };
	getValue(): string;
	setValue(text: string): void;
	getFullModelRange(): unknown;
	applyEdits(edits: readonly { readonly range: unknown; readonly text: string }[]): void;
}

/** Reads one of GraphiQL's editors, of which the page shows only the lines that fit; first types or sets a text. */
export function graphiqlEditor(page: Page, name: string, action?: "type" | "set", text = ""): Promise<string> {
	return page.evaluate(
		({ name, action, text }) => {
			const { monaco } = globalThis as unknown as { monaco: { editor: { getModels(): TextModel[] } } };
			const model = monaco.editor.getModels().find(({ uri }) => uri.path.endsWith(name));
			if (action === "type") model?.applyEdits([{ range: model.getFullModelRange(), text }]);
			if (action === "set") model?.setValue(text);
			return model?.getValue() ?? "";
		},
		{ name, action, text },
	);
}
