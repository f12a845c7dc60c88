// Every path that the server answers on.

export const graphqlPath = "/graphql";
/** Files of GraphiQL; below the endpoint, so that a proxy that passes `/graphql` passes them too. */
export const graphiqlPath = "/graphql/graphiql";
export const livePath = "/health/live";
export const readyPath = "/health/ready";
/** Development only. */
export const developmentTokenPath = "/dev/token";
