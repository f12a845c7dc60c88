// The claims of a JWT that Kratos issues for a session. apprun verifies issuer and audience, and reads the tenant from
// metadata_public, which only the server writes. Kratos adds sub, sid, jti, iat, nbf and exp.
local session = std.extVar('session');
local metadata = if std.objectHas(session.identity, 'metadata_public') then session.identity.metadata_public else null;
local assigned = if std.isObject(metadata) then metadata else {};
{
  claims: {
    iss: 'apprun-kratos',
    aud: ['apprun'],
    aal: session.authenticator_assurance_level,
    // When the session began: signing out everywhere ends the sessions that began before it.
    session_issued_at: session.issued_at,
    [if std.objectHas(assigned, 'tenant_id') then 'tenant_id']: assigned.tenant_id,
    [if std.objectHas(assigned, 'roles') then 'roles']: assigned.roles,
  },
}
