// What k6 gives its scripts, as far as ours uses it (https://grafana.com/docs/k6/latest/javascript-api/).

declare module "k6" {
	export function check<Value>(value: Value, checks: Record<string, (value: Value) => boolean>): boolean;
}

declare module "k6/http" {
	export interface Response {
		readonly status: number;
		readonly body: string | null;
	}
	const http: {
		request(
			method: string,
			url: string,
			body: string | null,
			parameters: { headers: Readonly<Record<string, string>>; tags: Readonly<Record<string, string>> },
		): Response;
	};
	export default http;
}

declare module "k6/data" {
	/** One copy for all virtual users; an element that is read is a copy. */
	export const SharedArray: new <Item>(name: string, make: () => Item[]) => readonly Item[];
}

declare module "k6/execution" {
	const execution: {
		readonly vu: { readonly idInTest: number };
		readonly scenario: { readonly iterationInTest: number };
	};
	export default execution;
}

/** Reads a file, relative to the script; while it starts only. */
declare function open(path: string): string;
declare const __ENV: Readonly<Record<string, string>>;
