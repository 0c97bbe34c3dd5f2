export function withoutCallback(args) {
  const ack = typeof args.at(-1) === "function";
  return { args: ack ? args.slice(0, -1) : args, ack };
}
