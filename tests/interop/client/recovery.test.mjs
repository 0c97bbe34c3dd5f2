// Connection state recovery, as it is on Node's server and on ours.
import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "../support/hosts.mjs";
import { logged } from "../support/clients.mjs";
import { back, cut, received, recoverable } from "../support/recovery.mjs";
import { freshNamespace } from "../support/group.mjs";
import { rpc } from "../support/rpc.mjs";
import { until } from "../support/wait.mjs";
import { RawSocket } from "../support/websocket.mjs";

host("D");
const path = "/p/csr/";
const server = rpc("csr");

/** A client in a namespace of its own that has got an event. */
async function begin(t) {
  const nsp = freshNamespace();
  const client = await recoverable(t, { path, nsp });
  await server.emit({ nsp, ev: "first" });
  await received(client, 1);
  return { client, nsp, sid: client.id, pid: client._pid };
}

const gone = (nsp, id) => logged("csr", id, ({ t }) => t === "disconnect", { nsp });

test("recovery: the ids, the rooms and the data are there again, and what was missed comes before connect", async (t) => {
  const { client, nsp, sid, pid } = await begin(t);
  await server.socketJoin({ nsp, id: sid, rooms: ["room"] });
  await server.socketSetData({ nsp, id: sid, data: { a: 1 } });
  await cut(client);
  await gone(nsp, sid);
  await server.emit({ nsp, ev: "all", args: [1] });
  await server.emit({ nsp, to: ["room"], ev: "room", args: [2, Buffer.from([3])] });
  await server.emit({ nsp, to: [sid], ev: "own", args: ["text"] });
  await server.emit({ nsp, to: ["elsewhere"], ev: "elsewhere" });
  let before;
  client.once("connect", () => (before = client.got.slice()));
  await back(client);
  assert.equal(client.recovered, true);
  assert.deepEqual([client.id, client._pid], [sid, pid]);
  assert.deepEqual(before, [["all", 1], ["room", 2, Buffer.from([3])], ["own", "text"]]);
  const info = await server.socketInfo({ nsp, id: sid });
  assert.deepEqual([info.rooms.toSorted(), info.data, info.recovered], [["room", sid].toSorted(), { a: 1 }, true]);
});

test("recovery: an unknown pid and an unknown offset begin anew", async (t) => {
  for (const wrong of [{ _pid: "x".repeat(20) }, { _lastOffset: "unknown" }]) {
    const { client, nsp, sid } = await begin(t);
    await cut(client);
    await gone(nsp, sid);
    Object.assign(client, wrong);
    await back(client);
    assert.equal(client.recovered, false);
    assert.notEqual(client.id, sid);
  }
});

test("recovery: a disconnect of either side ends it", async (t) => {
  const { client, nsp, sid } = await begin(t);
  client.disconnect();
  await gone(nsp, sid);
  await back(client);
  assert.equal(client.recovered, false);
  const second = client.id;
  await server.socketDisconnect({ nsp, id: second });
  await until(() => !client.connected, "the disconnection");
  await back(client);
  assert.equal(client.recovered, false);
});

test("recovery: what a namespace asks is left out for a client that recovers", async (t) => {
  const client = await recoverable(t, { path });
  await server.emit({ to: [client.id], ev: "first" });
  await received(client, 1);
  const { middleware } = await server.counters();
  const { id } = client;
  await cut(client);
  await gone("/", id);
  await back(client);
  assert.equal(client.recovered, true);
  assert.equal((await server.counters()).middleware, middleware);
});

test("recovery: with skipMiddlewares off they are asked again, and it recovers more than once", async (t) => {
  const strict = rpc("csrmw");
  const client = await recoverable(t, { path: "/p/csrmw/" });
  const { id } = client;
  await strict.emit({ to: [id], ev: "first" });
  await received(client, 1);
  for (let round = 0; round < 2; round++) {
    const { middleware } = await strict.counters();
    await cut(client);
    await logged("csrmw", id, ({ t: type }, index, log) => type === "disconnect" && log.filter(({ t: other }) => other === type).length > round);
    await strict.emit({ to: [id], ev: "missed", args: [round] });
    await back(client);
    assert.deepEqual([client.recovered, client.id], [true, id]);
    assert.deepEqual(await received(client, 1), [["missed", round]]);
    assert.equal((await strict.counters()).middleware, middleware + 1);
  }
});

test("recovery: on the wire", async (t) => {
  const nsp = freshNamespace();
  const raw = await RawSocket.open(host("D").http, { path });
  t.after(() => raw.close?.());
  raw.send(`40${nsp},`);
  const answer = JSON.parse((await raw.next()).slice(`40${nsp},`.length));
  assert.deepEqual(Object.keys(answer), ["sid", "pid"]);
  await server.emit({ nsp, ev: "e", args: [1] });
  let line = await raw.next();
  if (line.includes("$rt:start")) line = await raw.next();
  assert.match(line, new RegExp(`^42${nsp},\\["e",1,"[\\w.:-]+"\\]$`));
});
