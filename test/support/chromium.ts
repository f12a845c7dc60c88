// Gives a real Chromium, from npm: nothing is installed on the machine and nothing fetched.
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/** The package's arguments turn off what a test of a web page is there to see. */
const weakening: ReadonlySet<string> = new Set(["--disable-web-security", "--allow-running-insecure-content"]);

/** Launches a headless Chromium; the caller closes it. */
export async function launchChromium(): Promise<Browser> {
	chromium.setGraphicsMode = false;
	return playwright.launch({
		executablePath: await chromium.executablePath(),
		args: chromium.args.filter((argument) => !weakening.has(argument)),
		headless: true,
	});
}
