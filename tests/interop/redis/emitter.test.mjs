// The official emitter, which belongs to no server: it speaks to our server and to Node's alike.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { host } from "../support/hosts.mjs";
import { inbox } from "../support/clients.mjs";
import { closeRedisClients, cluster } from "../support/redis.mjs";
import { until } from "../support/wait.mjs";

host("D");
after(closeRedisClients);
const define = (name, play, nsp) => test(`emitter: ${name}`, async (t) => play(await cluster(t, "redis", {}, nsp)));

define("events, rooms, exceptions, binary values", async ({ emitter, ours, theirs, join }) => {
  await join("r", "ot");
  await join("o", "o");
  const [here, there] = [inbox(ours, "e"), inbox(theirs, "e")];
  emitter.emit("e", 1, { a: [null] });
  emitter.to("r").compress(false).emit("e", Buffer.from([255]));
  emitter.to("r").except("o").emit("e", "not ours");
  emitter.to(["o", "r"]).emit("e", "once");
  emitter.to(ours.id).emit("e", "by id");
  const expected = [[1, { a: [null] }], [Buffer.from([255])], ["once"], ["by id"]];
  for (const each of expected) assert.deepEqual(await here.next(), each);
  for (const each of [...expected.slice(0, 2), ["not ours"], expected[2]]) assert.deepEqual(await there.next(), each);
});

define("joins, leaves and disconnects", async ({ emitter, call, ours, theirs }) => {
  const roomsOf = async () => (await call("socketInfo", { id: ours.id })).rooms.slice(1).sort().join();
  emitter.in(ours.id).socketsJoin(["a", "b"]);
  await until(async () => (await roomsOf()) === "a,b", "the rooms");
  emitter.socketsLeave("a");
  await until(async () => (await roomsOf()) === "b", "the room");
  const gone = inbox(ours, "disconnect");
  emitter.in("b").disconnectSockets();
  assert.equal((await gone.next())[0], "io server disconnect");
  assert.ok(theirs.connected);
});

define("servers", async ({ emitter, io, call }) => {
  const mark = `from the emitter ${process.pid}`;
  const events = inbox(io, "srv-event");
  emitter.serverSideEmit("srv-event", mark);
  assert.deepEqual(await events.next(), [mark]);
  await until(async () => (await call("serverEvents")).some(([text]) => text === mark), "the event");
}, "/b");
