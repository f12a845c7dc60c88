// Vitest's global setup of the browser project: unpacks Chromium once, before several test files want it at the same time
// and one would launch what another is still writing (ETXTBSY).
import chromium from "@sparticuz/chromium";

export default async function setup(): Promise<void> {
	await chromium.executablePath();
}
