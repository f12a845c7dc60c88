// Gives a real Chromium, from npm: nothing is installed on the machine and nothing fetched.
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/** What a container needs. The package's own arguments are for a lambda: they turn off what a test of a page is to see. */
const args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];

/** Launches a headless Chromium; the caller closes it. */
export async function launchChromium(): Promise<Browser> {
	chromium.setGraphicsMode = false;
	return playwright.launch({ executablePath: await chromium.executablePath(), args, headless: true });
}
