// Rows that are written may be found by their related rows, too.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenApp, openApp } from "../../support/open-app.ts";

let app: OpenApp;
beforeAll(async () => {
	app = await openApp();
});
afterAll(async () => {
	await app.close();
});

const query = `
	mutation {
		createProducts(
			inputs: [
				{ id: "7a1e3c52-0000-4000-8000-00000000a001", name: "Related Suite Pan" }
				{ id: "7a1e3c52-0000-4000-8000-00000000a002", name: "Related Suite Pot" }
			]
		) {
			name
		}
		createReview(input: { productId: "7a1e3c52-0000-4000-8000-00000000a002", rating: 2 }) {
			rating
		}
		updateProducts(
			where: { name: { like: "Related Suite%" }, reviews: { some: { product: { name: { regex: "Pot$" } } } } }
			patch: { price: "1.50" }
		) {
			name
			price
		}
		deleteProducts(
			where: { name: { like: "Related Suite%" }, or: [{ reviews: { none: {} } }, { price: { eq: "1.50" } }] }
			atMost: 5
		) {
			name
			reviews {
				rating
			}
		}
	}
`;

test("rows are changed and deleted by what is related to them", async () => {
	const answer = await app.ask({ tenant: "hooli", role: "owner" }, { query });
	expect(await answer.json()).toMatchObject({
		data: {
			updateProducts: [{ name: "Related Suite Pot", price: "1.50" }],
			deleteProducts: [
				{ name: "Related Suite Pan", reviews: [] },
				{ name: "Related Suite Pot", reviews: [{ rating: 2 }] },
			],
		},
	});
});
