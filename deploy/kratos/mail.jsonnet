// A mail, as it is handed to the development mailbox.
function(ctx) {
  to: ctx.recipient,
  subject: ctx.subject,
  body: ctx.body,
}
