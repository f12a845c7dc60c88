// Everything worth telling about a running server, as one closed union. Code emits observations; the logger and the
// metrics decide what to show. An observation never holds a secret, a token or row data.

export type ServiceName = "postgres" | "postgrest" | "kratos" | "postgraphile" | "apprun";

export type Observation =
	| { readonly kind: "service.starting"; readonly service: ServiceName; readonly detail?: string }
	| { readonly kind: "service.ready"; readonly service: ServiceName; readonly pid?: number; readonly elapsedMs: number }
	| {
			readonly kind: "service.exited";
			readonly service: ServiceName;
			readonly exitCode: number | null;
			readonly signal: string | null;
			readonly restartInMs: number;
			/** Last lines that the service printed. */
			readonly output: string;
	  }
	| { readonly kind: "service.output"; readonly service: ServiceName; readonly line: string }
	| { readonly kind: "service.stopped"; readonly service: ServiceName }
	| { readonly kind: "step.started"; readonly step: string }
	| { readonly kind: "step.progress"; readonly step: string; readonly elapsedMs: number }
	| { readonly kind: "step.finished"; readonly step: string; readonly elapsedMs: number }
	| { readonly kind: "binary.resolved"; readonly binary: string; readonly path: string; readonly origin: string }
	/** Something about the local stack that an operator should know, such as where its files are. */
	| { readonly kind: "stack.note"; readonly message: string }
	| { readonly kind: "schema.built"; readonly tables: number; readonly fields: number; readonly elapsedMs: number }
	| { readonly kind: "schema.warning"; readonly message: string }
	/** The database has changed, but what it has become cannot be served. */
	| { readonly kind: "schema.kept"; readonly cause: unknown }
	| {
			readonly kind: "request.finished";
			readonly requestId: string;
			readonly operation: string | null;
			readonly operationType: string | null;
			readonly status: number;
			readonly elapsedMs: number;
			readonly errorCodes: readonly string[];
	  }
	| { readonly kind: "request.error"; readonly requestId: string; readonly code: string; readonly cause: unknown }
	| { readonly kind: "functions.hostReady"; readonly pid: number; readonly elapsedMs: number }
	| { readonly kind: "functions.hostEnded"; readonly pid: number }
	| { readonly kind: "functions.note"; readonly message: string }
	| { readonly kind: "functions.hostFailed"; readonly cause: unknown; readonly restartInMs: number }
	| { readonly kind: "identity.refused"; readonly reason: string }
	| { readonly kind: "upstream.failed"; readonly service: ServiceName; readonly cause: unknown }
	| {
			readonly kind: "policy.loaded";
			readonly version: number;
			/** How many tenants' rows were read. */
			readonly tenants: number;
			readonly elapsedMs: number;
	  }
	/** An alarm: the policies that were loaded before stay in force; readiness ends after a limit. */
	| { readonly kind: "policy.load.failed"; readonly staleMs: number; readonly cause: unknown }
	| { readonly kind: "policy.listener.lost"; readonly retryInMs: number; readonly cause: unknown }
	| {
			readonly kind: "authorization.decided";
			readonly requestId: string;
			readonly allowed: boolean;
			readonly tenant: string;
			/** `user:<id>` or `role:anonymous`. */
			readonly subject: string;
			readonly roles: readonly string[];
			readonly object: string;
			readonly action: string;
			readonly reason: string;
			/** The deciding rule as policy.csv writes it. */
			readonly rule: string | null;
			readonly policyVersion: number;
			/** One of how many like it this record stands for; 1 for every denial and administrative allowance. */
			readonly sampledOneIn: number;
	  };

/** Receives observations. Must not throw and must not block. */
export type Observe = (observation: Observation) => void;

/** One observer out of many; each gets every observation, in order. */
export function observeAll(observers: readonly Observe[]): Observe {
	return (observation) => {
		for (const observe of observers) observe(observation);
	};
}
