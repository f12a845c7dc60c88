// The test projects. All but `unit` run against one real stack, started once for all of them (test/support/).
import { defineConfig } from "vitest/config";

// Modules are loaded by Node itself, as in `npm start`: what is tested is what runs, and a package is loaded once.
const experimental = { viteModuleRunner: false };

const onTheStack = ["queries", "integration", "e2e", "browser"];

export default defineConfig({
	test: {
		reporters: ["default", "./test/support/summary-reporter.ts"],
		// The services under test want the processor too.
		maxWorkers: 2,
		expandSnapshotDiff: true,
		projects: [
			{ test: { name: "unit", include: ["test/unit/**/*.test.ts"], experimental, testTimeout: 60_000 } },
			...onTheStack.map((name, index) => ({
				test: {
					name,
					// One after the other on one database: the answers in test/queries are those of an untouched demo.
					sequence: { groupOrder: index + 1 },
					experimental,
					include: [`test/${name}/**/*.test.ts`],
					globalSetup: [
						"./test/support/start-test-stack.ts",
						...(name === "browser" ? ["./test/support/unpack-chromium.ts"] : []),
					],
					// Only a hang takes this long: nothing is timed, and a machine may be busy with much else.
					testTimeout: 120_000,
					hookTimeout: 300_000,
				},
			})),
		],
	},
});
