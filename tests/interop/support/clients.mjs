// The official client, over each choice of transports.
import { describe, test } from "node:test";
import { io } from "socket.io-client";
import { Inbox, event, until } from "./wait.mjs";
import { rpc } from "./rpc.mjs";

export const choices = [
  { label: "polling only", options: { transports: ["polling"] } },
  { label: "websocket only", options: { transports: ["websocket"] } },
  { label: "polling, then upgrade", options: {} },
];

/**
 * Defines each test once per choice of transports. The test gets (connect, t):
 * connect(host, nsp, options) makes a client that is closed when the test ends.
 */
export function onEveryTransport(topic, define) {
  for (const { label, options } of choices)
    describe(`${topic}, ${label}`, { concurrency: 4 }, () => {
      const defineTest = (name, play, settings = {}) =>
        test(`${topic}, ${label}: ${name}`, settings, (t) => play(connectorOf(t, options), t));
      define(defineTest, label);
    });
}

export function connectorOf(t, defaults = {}) {
  return (host, nsp = "/", options = {}) => {
    const client = io(host.http + nsp, { forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 50, ...defaults, ...options });
    t.after(() => {
      client.disconnect();
      client.io._close();
    });
    return client;
  };
}

/** Waits for `connect`; a connect_error fails at once. */
export async function connected(client) {
  if (client.connected) return client;
  await Promise.race([
    event(client, "connect"),
    new Promise((_, reject) => client.once("connect_error", reject)),
  ]);
  return client;
}

/** The arguments of the events of a name, to be awaited one by one. */
export function inbox(client, name) {
  const received = new Inbox();
  client.on(name, (...args) => received.push(args));
  return received;
}

/** What server D has logged about the socket, awaited until an entry matches. */
export function logged(profile, id, predicate, { nsp = "/", what = "the log entry" } = {}) {
  return until(async () => (await rpc(profile).log({ nsp, id })).find(predicate), what);
}

export const serverReason = async (id, { profile = "default", nsp = "/" } = {}) =>
  (await logged(profile, id, ({ t }) => t === "disconnect", { nsp, what: "the disconnection" })).reason;
