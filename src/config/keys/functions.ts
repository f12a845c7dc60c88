// Settings of tenants' functions: processes, queues, sizes.
import { integer, key } from "../config-key.ts";

export const functionKeys = Object.freeze({
	functionHosts: key(
		"APPRUN_FUNCTION_HOSTS",
		integer(1, 64),
		"2",
		"Processes that run functions, one call at a time each; one more is kept warm. One is there from the start, the others from the first call on.",
	),
	functionHostsMost: key(
		"APPRUN_FUNCTION_HOSTS_MOST",
		integer(2, 256),
		"8",
		"Function processes in the worst case, while calls wait for GraphQL or for each other.",
	),
	functionTenantRunning: key(
		"APPRUN_FUNCTION_TENANT_RUNNING",
		integer(1, 64),
		"1",
		"Function calls of one tenant that run at once; keep it below APPRUN_FUNCTION_HOSTS.",
	),
	functionTenantCalls: key(
		"APPRUN_FUNCTION_TENANT_CALLS",
		integer(1, 256),
		"4",
		"Function calls of one tenant that run or wait for GraphQL at once.",
	),
	functionTenantQueue: key(
		"APPRUN_FUNCTION_TENANT_QUEUE",
		integer(0, 100_000),
		"256",
		"Function calls of one tenant that may wait for their turn.",
	),
	functionQueueMs: key(
		"APPRUN_FUNCTION_QUEUE_MS",
		integer(1, 600_000),
		"10000",
		"Longest that a function call waits for its turn.",
		{ unit: "ms" },
	),
	functionModuleBytes: key(
		"APPRUN_FUNCTION_MODULE_BYTES",
		integer(1024, 67_108_864),
		"4194304",
		"Largest module that can be deployed; APPRUN_MAX_BODY_BYTES limits the request that brings it.",
		{ unit: "bytes" },
	),
	functionLogRows: key(
		"APPRUN_FUNCTION_LOG_ROWS",
		integer(100, 10_000_000),
		"10000",
		"Invocations of one tenant that the log keeps.",
		{ unit: "rows" },
	),
});
