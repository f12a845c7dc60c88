// What identity asks authorization before somebody brings people into a tenant or takes them out.
import { AppError } from "../../error/app-error.ts";
import type { UserPrincipal } from "../principal.ts";

/** The rules about people, as those about everything else stand in the tenant's policies. */
export interface Authority {
	mayManagePeople(principal: UserPrincipal): boolean;
	/** Whether somebody has every right that a role of their tenant gives: nobody gives, or takes away, more than that. */
	holdsRole(principal: UserPrincipal, role: string): boolean;
}

/** @throws AppError FORBIDDEN */
export function requireManager(authority: Authority, principal: UserPrincipal): void {
	if (authority.mayManagePeople(principal)) return;
	throw new AppError("FORBIDDEN", {
		message: "Only somebody who manages the people of the tenant may do this.",
		hint: "Ask an owner of your tenant, or for the right to manage admin/member.",
	});
}
