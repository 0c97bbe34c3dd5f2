import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { connected, onEveryTransport } from "../support/clients.mjs";
import { event } from "../support/wait.mjs";
import { rpc } from "../support/rpc.mjs";

const d = host("D");
const eventsOf = async (id, name) => (await rpc("default").log({ id })).filter(({ t, ev }) => t === "event" && ev === name);

onEveryTransport("retries", (test) => {
  test("an acknowledged event is sent once", async (connect) => {
    const client = await connected(connect(d, "/", { retries: 3, ackTimeout: 10_000 }));
    assert.equal(await client.emitWithAck("echo", "once"), "once");
    assert.equal((await eventsOf(client.id, "echo")).length, 1);
  });

  test("an event nobody acknowledges is sent retries + 1 times, then fails", async (connect) => {
    const client = await connected(connect(d, "/", { retries: 2, ackTimeout: 2000 }));
    await assert.rejects(client.emitWithAck("nobody-answers", "x"), /operation has timed out/);
    assert.equal(await client.emitWithAck("echo", "behind it"), "behind it");
    const tries = await eventsOf(client.id, "nobody-answers");
    assert.equal(tries.length, 3);
    assert.ok(tries.every(({ args, ack }) => ack && args.length === 1 && args[0] === "x"));
  });

  test("queued events arrive in order, one in flight", async (connect) => {
    const client = connect(d, "/", { retries: 10, ackTimeout: 10_000 });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => client.emitWithAck("echo", i)));
    assert.deepEqual(answers, Array.from({ length: 20 }, (_, i) => i));
    assert.deepEqual((await eventsOf(client.id, "echo")).map(({ args }) => args[0]), answers);
  });

  test("an event whose acknowledgement was lost with the connection is sent again after the reconnection", async (connect) => {
    const client = await connected(connect(d, "/", { retries: 3, ackTimeout: 10_000 }));
    const before = client.id;
    const gone = event(client, "disconnect");
    await rpc("default").engineClose({ id: before });
    await gone;
    assert.equal(await client.emitWithAck("echo", "survivor"), "survivor");
    assert.notEqual(client.id, before);
  });
});
