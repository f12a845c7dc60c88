// Resolvers of schema/identity.graphql: each calls one method of the identity stage.
import type { GraphQLFieldResolver } from "graphql";
import type { RegisterInput } from "../src/identity/kratos/sign-in.ts";
import type { LoginInput, Me, People } from "../src/identity/people.ts";
import type { InviteInput } from "../src/identity/tenancy/invitations.ts";
import type { OperationContext } from "../src/operation/operation-context.ts";

type Resolver<Source, Args> = GraphQLFieldResolver<Source, OperationContext, Args>;
type Root<Args = object> = Resolver<undefined, Args>;

/** Resolvers of the identity subschema. */
export function identityResolvers(people: People) {
	const me: Root = (_root, _args, { principal }) => people.me(principal);
	const members: Root = (_root, _args, { principal }) => people.members(principal);
	const invitations: Root = (_root, _args, { principal }) => people.invitations(principal);
	const register: Root<{ input: RegisterInput }> = (_root, { input }) => people.register(input);
	const login: Root<{ input: LoginInput }> = (_root, { input }) => people.login(input);
	const refreshToken: Root = (_root, _args, { principal }) => people.refreshToken(principal);
	const logout: Root<{ everywhere: boolean }> = (_root, { everywhere }, { principal }) =>
		people.logout(principal, everywhere);
	const invite: Root<InviteInput> = (_root, input, { principal }) => people.invite(principal, input);
	const revokeInvitation: Root<{ id: string }> = (_root, { id }, { principal }) =>
		people.revokeInvitation(principal, id);
	const removeMember: Root<{ id: string }> = (_root, { id }, { principal }) => people.removeMember(principal, id);
	const switchTenant: Root<{ tenant: string }> = (_root, { tenant }, { principal }) =>
		people.switchTenant(principal, tenant);
	const acceptInvitation: Root<{ secret: string }> = (_root, { secret }, { principal }) =>
		people.acceptInvitation(principal, secret);
	const renameTenant: Root<{ name: string }> = (_root, { name }, { principal }) => people.renameTenant(principal, name);
	return {
		Query: { me, members, invitations },
		Mutation: {
			...{ register, login, refreshToken, logout },
			...{ invite, revokeInvitation, acceptInvitation, removeMember, switchTenant, renameTenant },
		},
		Me: {
			session: ({ principal }: Me) => sessionOf(principal),
			memberships: (me: Me) => people.memberships(me),
		},
	};
}

function sessionOf({ session, expiresAt }: Me["principal"]) {
	if (session === undefined) return null;
	const { id, issuedAt, assurance } = session;
	return { id, assurance, issuedAt: new Date(issuedAt), expiresAt: new Date(expiresAt * 1000) };
}
