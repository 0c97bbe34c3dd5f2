// The official client where a server recovers connections: cut off on purpose, and back when the test says so.
import { event, until } from "./wait.mjs";
import { connected, connectorOf } from "./clients.mjs";
import { host } from "./hosts.mjs";

export const recoveryOptions = (path) => ({ path, transports: ["websocket"], reconnection: false });

/** A connected client that has something to show: the offset of an event. */
export async function recoverable(t, { path, nsp = "/", auth, ...options }) {
  const client = connectorOf(t)(host("D"), nsp, { ...recoveryOptions(path), auth, ...options });
  client.got = [];
  client.onAny((name, ...args) => {
    if (!name.startsWith("$rt:")) client.got.push([name, ...args].slice(0, -1)); // the last one is the offset
  });
  return connected(client);
}

/** Loses the connection as a network does: nobody says goodbye in the namespace. */
export async function cut(client) {
  const gone = event(client, "disconnect");
  client.io.engine.close();
  await gone;
}

export async function back(client) {
  client.connect();
  await connected(client);
  return client;
}

export const received = (client, count) => until(() => client.got.length >= count && client.got.splice(0), `${count} events, not ${JSON.stringify(client.got)}`);
