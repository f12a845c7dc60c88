// The owner's scenario, one person after another: register, sign in, list, create, deploy a function, invoke it. Each
// answer is checked; gives what each step takes.
import { randomUUID } from "node:crypto";
import { readExample } from "../test/support/functions/examples.ts";
import { median } from "./bench/render-table.ts";

/** A step and its times. */
export interface JourneyStep {
	readonly name: string;
	/** Milliseconds, of all people. */
	readonly median: number;
	readonly longest: number;
}

interface Answer {
	readonly data?: Readonly<Record<string, never>>;
	readonly errors?: unknown;
}

const password = "a horse, a battery, a staple";

/** Sends so many people on their way. @throws Error showing an answer that is not the right one */
export async function measureJourney(url: string, people: number): Promise<JourneyStep[]> {
	const times = new Map<string, number[]>();
	for (let person = 0; person < people; person += 1) {
		for (const [name, elapsed] of await travel(url)) times.set(name, [...(times.get(name) ?? []), elapsed]);
	}
	return [...times].map(([name, values]) => ({ name, median: median(values), longest: Math.max(...values) }));
}

async function travel(url: string): Promise<[string, number][]> {
	const steps: [string, number][] = [];
	let jwt: string | null = null;
	const step = async <Data>(name: string, query: string, variables: object, isRight: (data: Data) => boolean) => {
		const startedAt = performance.now();
		const response = await fetch(url, {
			method: "POST",
			headers: { "content-type": "application/json", ...(jwt !== null && { authorization: `Bearer ${jwt}` }) },
			body: JSON.stringify({ query, variables }),
		});
		const { data, errors } = (await response.json()) as Answer;
		steps.push([name, performance.now() - startedAt]);
		if (errors !== undefined || data === undefined || !isRight(data as Data))
			throw new Error(`The step ${name} was answered with ${JSON.stringify({ data, errors }).slice(0, 500)}`);
		return data as Data;
	};
	const email = `${randomUUID()}@load.example`;
	const input = { email, password };
	const signedIn = `(input: $input) { jwt me { email } }`;
	await step<{ register: { me: { email: string } } }>(
		"register",
		`mutation ($input: RegisterInput!) { register${signedIn} }`,
		{ input },
		({ register }) => register.me.email === email,
	);
	const { login } = await step<{ login: { jwt: string; me: { email: string } } }>(
		"login",
		`mutation ($input: LoginInput!) { login${signedIn} }`,
		{ input },
		({ login }) => login.me.email === email,
	);
	jwt = login.jwt;
	await step<{ products: unknown[] }>("list", "{ products { id name } }", {}, ({ products }) => products.length === 0);
	const { createProduct } = await step<{ createProduct: { id: string; name: string } }>(
		"create",
		`mutation { createProduct(input: { name: "Reading lamp" }) { id name } }`,
		{},
		({ createProduct }) => createProduct.name === "Reading lamp",
	);
	await step<{ deployFunction: { version: number } }>(
		"deploy",
		"mutation ($input: DeployFunctionInput!) { deployFunction(input: $input) { version } }",
		{
			input: {
				name: "process_product",
				module: Buffer.from(readExample("process_product").bytes).toString("base64"),
			},
		},
		({ deployFunction }) => deployFunction.version === 1,
	);
	await step<{ invokeFunction: { status: string; output: { id: string } } }>(
		"invoke",
		`mutation ($id: ID!) { invokeFunction(name: "process_product", input: { id: $id }) { status output } }`,
		{ id: createProduct.id },
		({ invokeFunction: { status, output } }) => status === "SUCCESS" && output.id === createProduct.id,
	);
	return steps;
}
