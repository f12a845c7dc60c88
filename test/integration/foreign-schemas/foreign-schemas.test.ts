// Schemas that nobody made for apprun (test/fixtures/): each builds, passes the doctor, and answers nested queries and
// writes through the whole app.
import { printSchema, validateSchema } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runDoctor } from "../../../src/schema/doctor.ts";
import { loadSchema } from "../../../src/schema/load-schema.ts";
import { fixtureSchemas } from "../../fixtures/fixture-sql.ts";
import { type FixtureApp, type FixtureStack, fixtureUser, startFixtureStack } from "../../support/fixture-stack.ts";

let stack: FixtureStack;
beforeAll(async () => {
	stack = await startFixtureStack(...fixtureSchemas);
});
afterAll(() => stack?.stop());

describe.each(fixtureSchemas)("schema %s", (name) => {
	test("builds a valid GraphQL schema, the same each time", async () => {
		const load = () => loadSchema(stack.endpoints.databaseUrl, { ...stack.config, dbSchemas: [name] });
		const { schema } = await load();
		expect(validateSchema(schema)).toEqual([]);
		expect(printSchema((await load()).schema)).toBe(printSchema(schema));
	});

	test("has no error that the doctor would tell", async () => {
		const findings = await runDoctor(stack.endpoints.databaseUrl, { dbSchemas: [name], tenantColumn: "tenant_id" });
		expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
	});
});

test("all of them beside the demo are one valid schema", async () => {
	const dbSchemas = ["api", ...fixtureSchemas];
	const { schema, model } = await loadSchema(stack.endpoints.databaseUrl, { ...stack.config, dbSchemas });
	expect(validateSchema(schema)).toEqual([]);
	expect(model.tables.size).toBeGreaterThan(500);
});

describe("the shop", () => {
	let app: FixtureApp;
	beforeAll(async () => {
		app = await stack.open("shop");
	});

	test("answers a query over a self reference, a join table, a partitioned table and keys of each kind", async () => {
		const { data, errors } = await app.ask(`{
			employee(employeeId: 5) { lastName photo employee { lastName } childEmployeesByReportsTo(limit: 2) { lastName deputy { lastName } } territories(limit: 2) { territoryCode region { description } } }
			order(orderId: 6) { customer { customerId contact } shipper { shipperId companyName } freight payments { amount paidAt } orderDetails { product { name rating releaseYear specialFeatures } } }
			invoices(where: { orderId: { eq: 6 } }, orderBy: [{ productId: ASC }]) { customer product extendedPrice }
		}`);
		expect(errors).toBeUndefined();
		expect(data).toMatchSnapshot();
	});

	test("follows a reference to the row's own table beside a row whose member has the table's name", async () => {
		const { data, errors } = await app.ask(`{
			territories(limit: 1) { employeeTerritories(limit: 1) {
				territory { employees { lastName } }
				other: territory { employees(orderBy: [{ deputy: { employee: { employeeId: ASC } } }]) { lastName } }
			} }
		}`);
		expect(errors).toBeUndefined();
		const [{ territory, other }] = data.territories[0].employeeTerritories;
		expect(other.employees).toHaveLength(territory.employees.length);
		expect(other.employees).toEqual(expect.arrayContaining(territory.employees));
	});

	test("writes a row and what belongs to it, and refuses what a check forbids", async () => {
		const { data, errors } = await app.ask(`mutation {
			createOrder(input: { customerId: "C9F0F", employeeId: 3 }) { orderId customer { companyName } employee { lastName } }
		}`);
		expect(errors).toBeUndefined();
		expect(data.createOrder).toMatchObject({
			customer: { companyName: "Company 8" },
			employee: { lastName: "Leverling" },
		});
		const { orderId } = data.createOrder;
		const line = (quantity: number) =>
			app.ask({
				query:
					"mutation ($input: OrderDetailInput!) { createOrderDetail(input: $input) { quantity unitPrice product { name } } }",
				variables: { input: { orderId, productId: 4, unitPrice: "12.5", quantity } },
			});
		expect((await line(0)).errors?.[0]?.extensions.code).toBe("CONSTRAINT_VIOLATION");
		expect((await line(3)).data.createOrderDetail).toEqual({
			quantity: 3,
			unitPrice: "12.50",
			product: { name: "Tofu 4" },
		});
		const gone = await app.ask(`mutation { deleteOrder(orderId: ${orderId}) { orderId } }`);
		expect(gone).toEqual({ data: { deleteOrder: { orderId } } });
	});
});

describe("the forum", () => {
	let app: FixtureApp;
	beforeAll(async () => {
		app = await stack.open("forum");
	});

	test("answers a query over polymorphic votes, answers to answers, and two ways to the same people", async () => {
		const { data, errors } = await app.ask(`{
			threads(where: { title: { like: "RFC%" } }, orderBy: [{ createdAt: ASC }], limit: 2) {
				title board { title parent { title } } author { handle profile { birthday timezoneOffset } } lastEditor { handle } tags { name }
				votes(orderBy: [{ kind: ASC }, { id: ASC }], limit: 2) { kind weight targetType thread { viewCount } comment { id } }
				comments(orderBy: [{ createdAt: ASC }], limit: 2) { body parent { order } childComments { order author { handle } } attachments { fileName sizeBytes } }
			}
			userByHandle(handle: "ADA") { handle interests settings followsByFollower { followed { handle } } followsByFollowed { follower { handle } } }
		}`);
		expect(errors).toBeUndefined();
		expect(data).toMatchSnapshot();
	});

	test("shows what is private to members alone, and what was deleted to nobody", async () => {
		const query =
			"{ boards(where: { isPrivate: { eq: true } }) { title threads { title deletedAt } memberships { user { handle } } } }";
		const { boards } = (await app.ask(query)).data;
		const seen = Object.fromEntries(
			boards.map((board: { title: string; threads: object[] }) => [board.title, board.threads.length]),
		);
		expect(seen).toEqual({ Staff: expect.any(Number), "Off topic": 0 });
		expect(seen.Staff).toBeGreaterThan(0);
		expect((await app.ask("{ threads(where: { deletedAt: { isNull: false } }) { id } }")).data.threads).toEqual([]);
	});

	test("refuses a row that a view with check option would not show", async () => {
		const [board] = (await app.ask("{ boards(limit: 1) { id } }")).data.boards;
		const refused = await app.ask({
			query: "mutation ($input: PinnedThreadInput!) { createPinnedThread(input: $input) { title } }",
			variables: { input: { title: "x", boardId: board.id } },
		});
		expect(refused.errors?.map(({ extensions }) => extensions.code)).toEqual(["CONSTRAINT_VIOLATION"]);
		expect(refused.errors?.[0]?.message).toBe("The row would not be one that the view shows.");
	});

	test("writes to a polymorphic table, and answers with the relations of what it wrote", async () => {
		const [thread] = (await app.ask("{ threads(limit: 1) { id } }")).data.threads;
		const { data, errors } = await app.ask({
			query: `mutation ($vote: VoteInput!, $attachment: AttachmentInput!) {
				createVote(input: $vote) { kind thread { id } comment { id } user { handle } }
				createAttachment(input: $attachment) { fileName thread { id } }
			}`,
			variables: {
				vote: { userId: fixtureUser, kind: "VERY_HELPFUL", targetType: "Thread", targetId: thread.id },
				attachment: { threadId: thread.id, fileName: "a.txt" },
			},
		});
		expect(errors).toBeUndefined();
		expect(data).toEqual({
			createVote: { kind: "VERY_HELPFUL", thread: { id: thread.id }, comment: null, user: { handle: "Ada" } },
			createAttachment: { fileName: "a.txt", thread: { id: thread.id } },
		});
	});
});

describe("the ledger", () => {
	let app: FixtureApp;
	beforeAll(async () => {
		app = await stack.open("ledger");
	});

	test("answers a query over keys of several columns, tables of all tenants, and views with windows and sums", async () => {
		const { data, errors } = await app.ask(`{
			entry(journal: "sales", number: 10) { text entry { number text lines { side amount signedAmount taxRate accountByAccount { name account { name } currencyByCurrency { minorUnit } } } } document { pages scannedAt } }
			entries(where: { number: { eq: 8 } }) { periodByPeriod { days closedAt } lines(limit: 1) { amount } }
			currencies { code exchangeRatesByBase(limit: 1) { rate currencyByQuote { name } } }
			trialBalances(where: { class: { eq: asset } }, orderBy: [{ code: ASC }]) { code debit credit balance }
			accountStatements(where: { account: { eq: "1000" } }, orderBy: [{ bookedOn: DESC }, { number: ASC }, { line: ASC }], limit: 2) { runningBalance }
		}`);
		expect(errors).toBeUndefined();
		expect(data).toMatchSnapshot();
	});

	test("finds rows by a related one whose table is not granted whole", async () => {
		const { data, errors } = await app.ask(`{
			some: entries(where: { periodByPeriod: {} }, limit: 1) { __typename }
			none: entries(where: { not: { periodByPeriod: {} } }, limit: 1) { __typename }
			counted: entriesAggregate(where: { periodByPeriod: {} }) { count }
			all: entriesAggregate { count }
		}`);
		expect(errors).toBeUndefined();
		expect(data).toMatchObject({ some: [{ __typename: "Entry" }], none: [] });
		expect(data?.["counted"]).toEqual(data?.["all"]);
	});

	test("refuses what would not balance, overlap or belong to nobody, each as what it is", async () => {
		const refused = async (query: string) => (await app.ask(query)).errors?.map(({ extensions }) => extensions.code);
		const line = `createLine(input: { journal: "sales", number: 2, line: 9, account: "1000", side: debit, amount: "1.0" })`;
		expect(await refused(`mutation { ${line} { line } }`)).toEqual(["CONSTRAINT_VIOLATION"]);
		expect(
			await refused(`mutation { createPeriod(input: { name: "again", days: "[2024-02-10,2024-02-12)" }) { name } }`),
		).toEqual(["CONSTRAINT_VIOLATION"]);
		expect(await refused(`mutation { createCurrency(input: { code: "USD", name: "Dollar" }) { code } }`)).toEqual([
			"GRAPHQL_VALIDATION_FAILED",
		]);
		const counted = "{ periodsAggregate { count } periods { name } }";
		const { periodsAggregate, periods } = (await app.ask(counted)).data;
		expect(periodsAggregate).toEqual([{ count: periods.length }]);
		expect(await refused(`{ periods { remark } }`)).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
	});

	test("finds the row above in the same table also beside a member of that table's name", async () => {
		const { data, errors } = await app.ask(`{
			accounts(where: { code: { eq: "1210" } }) { account { name } currencyByCurrency { accounts { code } } }
		}`);
		expect(errors).toBeUndefined();
		expect(data.accounts).toEqual([
			{ account: { name: "Bank" }, currencyByCurrency: { accounts: [{ code: "1210" }] } },
		]);
	});

	test("writes exact numbers", async () => {
		const { data, errors } = await app.ask(`mutation {
			createEntry(input: { journal: "bank", number: 2147483647, period: "future", bookedOn: "2025-02-28" }) { number periodByPeriod { days } }
			updatePeriod(name: "future", patch: { closedAt: "2026-01-01 00:00:00.000001+00" }) { closedAt }
		}`);
		expect(errors).toBeUndefined();
		expect(data).toEqual({
			createEntry: { number: 2147483647, periodByPeriod: { days: "[2025-01-01,)" } },
			updatePeriod: { closedAt: "2026-01-01T00:00:00.000001+00:00" },
		});
	});
});

test("five hundred tables answer four levels deep and take a row", async () => {
	const app = await stack.open("wide");
	const query = `{ m49Accounts(orderBy: [{ code: ASC }], limit: 1) { code previous { code origin { title company { code } } } } }`;
	expect((await app.ask(query)).data).toEqual({
		m49Accounts: [
			{
				code: "C1",
				previous: { code: "C1", origin: { title: "m24_accounts 1", company: { code: "C1" } } },
			},
		],
	});
	const created = await app.ask(
		`mutation { createM49Account(input: { code: "new", stage: ON_HOLD }) { stage units labels company { code } } }`,
	);
	expect(created).toEqual({ data: { createM49Account: { stage: "ON_HOLD", units: "0", labels: [], company: null } } });
	const elsewhere = await app.ask('{ m49AccountByCode(code: "new") { code } }', { tenant: "globex" });
	expect(elsewhere).toEqual({ data: { m49AccountByCode: null } });
});
