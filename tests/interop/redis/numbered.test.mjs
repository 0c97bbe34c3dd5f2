// Two hosts with the profile numbered on one Redis: what one publishes the clients of both get, numbered alike, and counters are theirs together.
import assert from "node:assert/strict";
import { test } from "node:test";
import { io as connect } from "socket.io-client";
import { host } from "../support/hosts.mjs";
import { startHost } from "../support/process.mjs";
import { connected } from "../support/clients.mjs";
import { until } from "../support/wait.mjs";

const program = process.env.HOST_COMMAND;

test("numbered: two hosts are one cluster", { skip: !program }, async (t) => {
  process.env.NODE = "second";
  const second = await startHost(program, "D");
  const clients = [];
  t.after(async () => {
    clients.forEach((client) => client.disconnect());
    await second.stop();
  });
  for (const port of [host("D").port, second.port]) {
    const client = connect(`http://127.0.0.1:${port}`, { path: "/p/numbered/", forceNew: true, transports: ["websocket"], reconnection: false, auth: { user: `u${port}` } });
    client.got = [];
    client.on("msg", (number, offset) => client.got.push([number, offset]));
    clients.push(await connected(client));
  }
  const [here, there] = clients;
  const room = `both-${process.pid}`;
  await here.emitWithAck("join", room);
  await there.emitWithAck("join", room);
  assert.equal(await there.emitWithAck("who"), "second");

  const offsets = [];
  for (let number = 1; number <= 50; number++) offsets.push(await (number % 2 ? here : there).emitWithAck("pub", room, number));
  await until(() => clients.every(({ got }) => got.length >= 50), "everything at both");

  assert.deepEqual(here.got, there.got);
  assert.deepEqual(here.got.map(([number]) => number), Array.from({ length: 50 }, (_, index) => index + 1));
  assert.deepEqual(offsets, Array.from({ length: 50 }, (_, index) => offsets[0] + index));
  there.emit("to-user", `u${host("D").port}`, 51);
  await until(() => here.got.length > 50, "what was sent to the user");
  assert.equal(there.got.length, 50);
  assert.deepEqual([await here.emitWithAck("count", room), await there.emitWithAck("count", room)], [1, 2]);
});
