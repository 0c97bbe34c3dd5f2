// The official adapters and emitter on the Redis that REDIS names (host:port), and a cluster of one server of Node with host D.
import { createServer } from "node:http";
import { once } from "node:events";
import { Server } from "socket.io";
import { io as connect } from "socket.io-client";
import { createAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { Emitter } from "@socket.io/redis-emitter";
import { createClient } from "redis";
import { host } from "./hosts.mjs";
import { rpc } from "./rpc.mjs";
import { connected } from "./clients.mjs";
import { until } from "./wait.mjs";

const clients = [];
/** Closes them when they have had all their answers. */
export const closeRedisClients = () => Promise.allSettled(clients.splice(0).map((client) => client.close()));

/** A client of Redis; commands wait until it is connected. */
export function redisClient() {
  const client = createClient({ url: `redis://${process.env.REDIS}` });
  client.on("error", () => {});
  client.connect();
  clients.push(client);
  return client;
}

export function adapterOf(key, options = {}) {
  const [pub, sub] = [redisClient(), redisClient()];
  return key.includes("sharded") ? createShardedAdapter(pub, sub, { channelPrefix: key, ...options }) : createAdapter(pub, sub, { key, ...options });
}

let unique = 0;

/** A namespace with one client at host D ("ours") and one at a server of Node ("theirs"), which see each other. */
export async function cluster(t, profile, options = {}, nsp = `/dynamic-${process.pid}${++unique}`) {
  const http = createServer().listen(0, "127.0.0.1");
  await once(http, "listening");
  const io = new Server(http, { adapter: adapterOf(profile, { requestsTimeout: 1000, ...options }) });
  io.of(nsp);
  const open = (url, path) => connect(url + nsp, { path, forceNew: true, transports: ["websocket"], reconnection: false, query: { from: path } });
  const ours = await connected(open(host("D").http, `/p/${profile}/`));
  const theirs = await connected(open(`http://127.0.0.1:${http.address().port}`, "/socket.io/"));
  const server = rpc(profile);
  const call = (m, params = {}) => server[m]({ nsp, ...params });
  t.after(async () => {
    ours.disconnect();
    theirs.disconnect();
    await io.close();
  });
  await until(async () => (await call("serverCount")) === 2 && (await io.of(nsp).adapter.serverCount()) === 2, "two nodes");
  const emitter = new Emitter(redisClient(), { key: profile }).of(nsp);
  return { nsp, io: io.of(nsp), call, ours, theirs, emitter, join: joins(call, io.of(nsp), ours, theirs) };
}

// join("abc", "o") puts ours, join("abc", "t") theirs, join("abc", "ot") both
const joins = (call, io, ours, theirs) => async (room, who) => {
  if (who.includes("o")) await call("socketJoin", { id: ours.id, rooms: [room] });
  if (who.includes("t")) await io.sockets.get(theirs.id).join(room);
};
