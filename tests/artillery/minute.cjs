"use strict";

// Each user goes on for a minute from its own first message.
module.exports.isWithinTheMinute = (context, next) => {
  context.vars.began ??= Date.now();
  return next(Date.now() - context.vars.began < 60_000);
};
