// The roles that come with apprun, and which of them may give which: nobody invites somebody above themselves.

/** From least to most. Further roles may exist; they rank below all of these and can be given by owners only. */
export const builtInRoles = Object.freeze(["reader", "editor", "admin", "owner"] as const);

const rank = (role: string): number => builtInRoles.indexOf(role as (typeof builtInRoles)[number]);

/** Whether somebody with these roles may add and remove people. */
export function managesPeople(roles: readonly string[]): boolean {
	return roles.some((role) => role === "owner" || role === "admin");
}

/** Whether somebody with `roles` may give `role` to another, or take it away. */
export function mayGive(roles: readonly string[], role: string): boolean {
	if (roles.includes("owner")) return true;
	return rank(role) >= 0 && Math.max(-1, ...roles.map(rank)) >= rank(role);
}
