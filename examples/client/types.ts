/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type CheapProductsQueryVariables = Exact<{
  below: string;
}>;


export type CheapProductsQuery = { products: Array<{ id: string, name: string, price: string, category: { name: string } | null }> };
