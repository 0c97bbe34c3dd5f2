// What is none of the protocol's does no harm, and what our server publishes is never anything that harms a server of Node.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { randomBytes } from "node:crypto";
import { host } from "../support/hosts.mjs";
import { inbox } from "../support/clients.mjs";
import { closeRedisClients, cluster, redisClient } from "../support/redis.mjs";
import { until } from "../support/wait.mjs";

host("D");
after(closeRedisClients);

const garbage = () => [
  Buffer.alloc(0), Buffer.from("{"), Buffer.from("{}"), Buffer.from("[]"), Buffer.from("null"), Buffer.from([0xc1]), Buffer.from([0xdd, 255, 255, 255, 255]),
  Buffer.from([0x93, 0xc0, 0xc0, 0xc0]), Buffer.alloc(100_000, 0x91), Buffer.from('{"type":3}'), Buffer.from('{"type":7,"requestId":"x"}'),
  Buffer.from('{"type":5,"requestId":"x","uid":"y"}'), Buffer.from('{"type":6,"uid":"y","data":7}'), Buffer.from('{"type":2,"uid":"y","opts":{"rooms":7},"rooms":{}}'),
  Buffer.from('{"type":3,"uid":"y","nsp":"/","data":{"packet":{"type":2,"data":[]},"opts":null}}'), Buffer.from('{"type":8,"requestId":7,"clientCount":"x"}'),
  ...Array.from({ length: 200 }, () => randomBytes(30)),
];

// On the channels that Node reads without a guard the server of Node would end: these go to our server alone.
test("harm: our server reads on behind what is none of the protocol's", async (t) => {
  for (const [profile, publish] of [["redis", "publish"], ["redis-sharded", "sPublish"]]) {
    const { nsp, call, ours, io } = await cluster(t, profile);
    await io.server.close(); // the server of Node is out of it
    await until(async () => (await call("serverCount")) === 1, "one node");
    const redis = redisClient();
    for (const message of garbage())
      for (const channel of [`${profile}#${nsp}#`, `${profile}#${nsp}#${ours.id}#`, `${profile}-request#${nsp}#`, `${profile}-response#${nsp}#`])
        await redis[publish](channel, message);
    const here = inbox(ours, "e");
    await call("emit", { ev: "e", args: [1] });
    assert.deepEqual(await here.next(), [1]);
    if (profile === "redis") assert.deepEqual((await call("fetchSockets")).map(({ id }) => id), [ours.id]);
  }
});

test("harm: what clients of our server send through it leaves a server of Node alive", async (t) => {
  for (const profile of ["redis", "redis-sharded"]) {
    const { call, io, ours, theirs } = await cluster(t, profile);
    let deep = 1;
    for (let i = 0; i < 200; i++) deep = [deep];
    const hostile = [deep, "\ud800", { "\udfff": "\ud83d" }, { __proto__: null, constructor: 1 }, JSON.parse('{"__proto__":{"a":1},"toJSON":1,"then":2}'), { _placeholder: true, num: 9 }, 1e300, -0, 2 ** 63];
    const there = inbox(theirs, "h");
    for (const value of hostile) ours.emit("broadcast", null, "h", value);
    // beside a binary value a placeholder without one is an error of the client's
    for (const value of hostile.filter((each) => !each?._placeholder)) ours.emit("broadcast", null, "h", value, Buffer.from([1]));
    for (let i = 0; i < 2 * hostile.length - 1; i++) await there.next();
    await assert.rejects(call("serverSideEmit", { ev: "error" }), /error/);
    theirs.on("ask", (ack) => ack());
    ours.on("ask", (ack) => ack("\ud800", 2));
    assert.equal((await io.timeout(3000).emitWithAck("ask")).length, 2);
    assert.equal((await io.fetchSockets()).length, 2);
  }
});

test("harm: a node that never answers fails what has to have its answer", async (t) => {
  const { nsp, call, ours, theirs } = await cluster(t, "redis");
  const silent = redisClient();
  await silent.subscribe(`redis-request#${nsp}#`, () => {});
  for (const client of [ours, theirs]) client.on("ask", (ack) => ack(1));
  await assert.rejects(call("fetchSockets"), { message: "timeout reached while waiting for fetchSockets response" });
  assert.deepEqual(await call("emit", { ev: "ask", ack: true, flags: { timeout: 3000 } }), { err: "operation has timed out", responses: [1, 1] });
});
