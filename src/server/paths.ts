// Every path that the server answers on.

export const graphqlPath = "/graphql";
/** Files of GraphiQL; below the endpoint, so that a proxy that passes `/graphql` passes them too. */
export const graphiqlPath = "/graphql/graphiql";
/** PostGraphile, with APPRUN_POSTGRAPHILE. */
export const comparePath = "/compare/graphql";
/** Signing in, and Kratos' self-service below it. */
export const authPath = "/auth";
/** Development only. */
export const mailboxPath = "/auth/mailbox";
export const livePath = "/health/live";
export const readyPath = "/health/ready";
/** With APPRUN_METRICS. */
export const metricsPath = "/metrics";
/** Development only. */
export const developmentTokenPath = "/dev/token";
