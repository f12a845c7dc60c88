// What a hook of apprun is told: never cookies, never headers, never credentials.
function(ctx) {
  identity: {
    id: ctx.identity.id,
    traits: ctx.identity.traits,
    metadata_public: if std.objectHas(ctx.identity, 'metadata_public') then ctx.identity.metadata_public else null,
  },
  transient_payload: if std.objectHas(ctx.flow, 'transient_payload') then ctx.flow.transient_payload else {},
}
