// One cluster of our server and one of Node, by the official adapter: everything that goes from one to the other, both ways.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { host } from "../support/hosts.mjs";
import { inbox } from "../support/clients.mjs";
import { closeRedisClients, cluster } from "../support/redis.mjs";
import { until } from "../support/wait.mjs";

host("D");
after(closeRedisClients);
const modes = [
  { profile: "redis" },
  { profile: "redis-specific", options: { publishOnSpecificResponseChannel: true } },
  { profile: "redis-sharded" },
  { profile: "redis-sharded-private", options: { subscriptionMode: "dynamic-private" } },
  { profile: "redis-sharded-static", options: { subscriptionMode: "static" } },
];

// What a client got of an event by the time it gets the mark, which comes behind it on the same way.
async function got(client, name, mark) {
  const [events, marks] = [inbox(client, name), inbox(client, "mark")];
  await mark();
  await marks.next();
  return events;
}

const values = [1, -1, 1.5, 300, 70000, 5e9, -5e9, "é😀\u0001", true, null, { a: [{}, [], { "": 0 }] }, "x".repeat(40), "y".repeat(70000), Array(20).fill(7)];
const bytes = Buffer.from([1, 2, 3]);

for (const { profile, options } of modes)
  describe(profile, () => {
    const define = (name, play, nsp) => test(`${profile}: ${name}`, async (t) => play(await cluster(t, profile, options, nsp), t));

    define("what is emitted on one node arrives on the other as it is", async ({ io, call, ours, theirs }) => {
      const [here, there] = [inbox(ours, "values"), inbox(theirs, "values")];
      io.emit("values", ...values);
      assert.deepEqual(await here.next(), values);
      assert.deepEqual(await there.next(), values);
      await call("emit", { ev: "values", args: values });
      assert.deepEqual(await here.next(), values);
      assert.deepEqual(await there.next(), values);
    });

    define("binary values arrive wherever they stand", async ({ io, call, ours, theirs }) => {
      const [here, there] = [inbox(ours, "bin"), inbox(theirs, "bin")];
      const args = [bytes, { deep: [Buffer.alloc(300, 9), "text"] }, Buffer.alloc(0)];
      io.emit("bin", ...args);
      assert.deepEqual(await here.next(), args);
      await there.next();
      await call("emit", { ev: "bin", args });
      assert.deepEqual(await here.next(), args);
      assert.deepEqual(await there.next(), args);
    });

    define("a date of Node is the text that JSON has for it", async ({ io, ours }) => {
      const here = inbox(ours, "date");
      io.emit("date", new Date(1700000000123), undefined, { d: new Date(0) });
      assert.deepEqual(await here.next(), ["2023-11-14T22:13:20.123Z", null, { d: "1970-01-01T00:00:00.000Z" }]);
    });

    define("rooms, exceptions and single sockets are reached across nodes, and nobody else", async ({ io, call, ours, theirs, join }) => {
      await join("both", "ot");
      await join("theirs", "t");
      await join("ours", "o");
      const [here, there] = [inbox(ours, "to"), inbox(theirs, "to")];
      const from = async (emit) => {
        await emit({ to: ["both"], args: ["both"] });
        await emit({ to: ["ours"], args: ["ours"] });
        await emit({ to: ["theirs"], args: ["theirs"] });
        await emit({ to: ["ours", "theirs", "nowhere"], args: ["either"] });
        await emit({ to: ["both"], except: ["ours"], args: ["not ours"] });
        await emit({ except: [theirs.id], args: ["not theirs"] });
        await emit({ to: [ours.id], args: ["our id"] });
        await emit({ to: [theirs.id], args: ["their id"] });
      };
      const read = async (box, count) => new Set((await Promise.all(Array.from({ length: count }, () => box.next()))).map(([name]) => name));
      for (const emit of [
        ({ to = [], except = [], args }) => void io.to(to).except(except).emit("to", ...args),
        (params) => call("emit", { ev: "to", ...params }),
      ]) {
        await from(emit);
        assert.deepEqual(await read(here, 5), new Set(["both", "ours", "either", "not theirs", "our id"]));
        assert.deepEqual(await read(there, 5), new Set(["both", "theirs", "either", "not ours", "their id"]));
      }
    });

    define("the sender of a broadcast is left out", async ({ io, call, ours, theirs }) => {
      const [here, there] = [inbox(ours, "cast"), inbox(theirs, "cast")];
      ours.emit("broadcast", null, "cast", 1);
      assert.deepEqual(await there.next(), [1]);
      io.sockets.get(theirs.id).broadcast.emit("cast", 2);
      assert.deepEqual(await here.next(), [2]);
      await call("emit", { ev: "cast", args: [3] });
      assert.deepEqual([await here.next(), await there.next()], [[3], [3]]);
    });

    define("what is local stays on its node, and flags go with the rest", async ({ io, call, ours, theirs }) => {
      const there = await got(theirs, "flag", async () => {
        await call("emit", { ev: "flag", args: ["local"], flags: { local: true } });
        await call("emit", { ev: "flag", args: ["volatile"], flags: { volatile: true, compress: false } });
        await call("emit", { ev: "mark" });
      });
      assert.deepEqual(await there.next(), ["volatile"]);
      const here = await got(ours, "flag", () => {
        io.local.emit("flag", "local");
        io.volatile.compress(false).emit("flag", "volatile");
        io.emit("mark");
      });
      assert.deepEqual(await here.next(), ["volatile"]);
    });

    define("events of one node to one room stay in order", async ({ io, call, ours, theirs, join }) => {
      await join("r", "ot");
      const [here, there] = [inbox(ours, "n"), inbox(theirs, "n")];
      for (let i = 0; i < 200; i++) io.to("r").emit("n", i);
      for (let i = 0; i < 200; i++) assert.deepEqual(await here.next(), [i]);
      await call("batch", { calls: Array.from({ length: 100 }, (_, i) => ({ m: "emit", nsp: io.name, to: ["r"], ev: "n", args: [1000 + i] })) });
      for (let i = 0; i < 200; i++) await there.next();
      for (let i = 0; i < 100; i++) assert.deepEqual(await there.next(), [1000 + i]);
      for (let i = 0; i < 100; i++) assert.deepEqual(await here.next(), [1000 + i]);
    });

    define("clients of all nodes acknowledge", async ({ io, call, ours, theirs }) => {
      ours.on("ask", (x, ack) => ack({ ours: x }));
      theirs.on("ask", (x, ack) => ack({ theirs: x }));
      const expected = new Set([JSON.stringify({ ours: 1 }), JSON.stringify({ theirs: 1 })]);
      const set = (responses) => new Set(responses.map((each) => JSON.stringify(each)));
      assert.deepEqual(set(await io.timeout(3000).emitWithAck("ask", 1)), expected);
      const { err, responses } = await call("emit", { ev: "ask", args: [1], ack: true, flags: { timeout: 3000 } });
      assert.equal(err, null);
      assert.deepEqual(set(responses), expected);
    });

    define("acknowledgements may be binary, or nothing at all", async ({ io, call, ours, theirs }) => {
      for (const client of [ours, theirs]) {
        client.on("bin", (x, ack) => ack(x));
        client.on("nothing", (ack) => ack());
      }
      assert.deepEqual(await io.timeout(3000).emitWithAck("bin", bytes), [bytes, bytes]);
      assert.deepEqual((await call("emit", { ev: "bin", args: [bytes], ack: true, flags: { timeout: 3000 } })).responses, [bytes, bytes]);
      assert.equal((await io.timeout(3000).emitWithAck("nothing")).length, 2);
      assert.equal((await call("emit", { ev: "nothing", ack: true, flags: { timeout: 3000 } })).responses.length, 2);
    });

    define("who does not acknowledge in time is missing from the answers", async ({ io, call, ours, theirs }) => {
      // each is asked for what the other does not answer; all at once, because each of them takes its whole timeout
      theirs.on("ask theirs", (ack) => ack("theirs"));
      ours.on("ask ours", (ack) => ack("ours"));
      const fromNode = (ev) => io.timeout(2000).emitWithAck(ev).then(assert.fail, ({ message, responses }) => ({ err: message, responses }));
      const fromHost = (ev) => call("emit", { ev, ack: true, flags: { timeout: 2000 } });
      const answers = await Promise.all([fromNode, fromHost].flatMap((ask) => [ask("ask theirs"), ask("ask ours")]));
      const only = (who) => ({ err: "operation has timed out", responses: [who] });
      assert.deepEqual(answers, [only("theirs"), only("ours"), only("theirs"), only("ours")]);
    });

    define("sockets are fetched with their rooms, data and handshake", async ({ io, call, ours, theirs, join }) => {
      await join("r", "ot");
      await call("socketSetData", { id: ours.id, data: { name: "ours", n: 1 } });
      io.sockets.get(theirs.id).data = { name: "theirs" };
      const byName = (sockets) => Object.fromEntries(sockets.map((each) => [each.data.name, each]));
      for (const found of [byName(await io.in("r").fetchSockets()), byName(await call("fetchSockets", { to: ["r"] }))]) {
        assert.deepEqual([found.ours.id, [...found.ours.rooms].sort()], [ours.id, ["r", ours.id].sort()]);
        assert.deepEqual([found.theirs.id, [...found.theirs.rooms].sort()], [theirs.id, ["r", theirs.id].sort()]);
        assert.deepEqual(found.ours.data, { name: "ours", n: 1 });
        assert.equal(found.ours.handshake.query.from, `/p/${profile}/`);
        assert.equal(found.theirs.handshake.query.from, "/socket.io/");
        for (const { handshake } of Object.values(found)) {
          assert.deepEqual(Object.keys(handshake).sort(), ["address", "auth", "headers", "issued", "query", "secure", "time", "url", "xdomain"]);
          assert.ok(Math.abs(new Date(handshake.time) - handshake.issued) < 1001, handshake.time);
          assert.deepEqual(handshake.auth, {});
        }
      }
      assert.deepEqual((await call("fetchSockets", { to: ["r"], except: [ours.id] })).map(({ id }) => id), [theirs.id]);
      assert.deepEqual((await io.except(theirs.id).fetchSockets()).map(({ id }) => id), [ours.id]);
      assert.deepEqual((await call("fetchSockets", { flags: { local: true } })).map(({ id }) => id), [ours.id]);
    });

    define("all rooms of all nodes are listed", async ({ call, ours, theirs, join }) => {
      await join("theirs", "t");
      await join("ours", "o");
      assert.deepEqual(new Set(await call("allRooms")), new Set([ours.id, theirs.id, "ours", "theirs"]));
    });

    define("sockets join and leave rooms on the other node", async ({ io, call, ours, theirs }) => {
      const rooms = async () => [(await call("socketInfo", { id: ours.id })).rooms, [...io.sockets.get(theirs.id).rooms]].map((each) => each.slice(1).sort().join());
      const become = (expected) => until(async () => (await rooms()).join(" ") === expected, expected);
      io.socketsJoin(["a", "b"]);
      await become("a,b a,b");
      await call("socketsLeave", { to: [theirs.id], rooms: ["a"] });
      await become("a,b b");
      io.in("a").socketsLeave("b");
      await become("a b");
      await call("socketsJoin", { to: ["a", "b"], except: [ours.id], rooms: ["c", "d"] });
      await become("a b,c,d");
      await call("socketsJoin", { rooms: ["e"] });
      if (!process.env.REFERENCE) assert.equal((await rooms())[0], "a,e", "done here when it is awaited");
    });

    define("sockets are disconnected on the other node", async ({ io, call, ours, theirs }) => {
      const reasons = { ours: inbox(ours, "disconnect"), theirs: inbox(theirs, "disconnect") };
      await call("disconnectSockets", { to: [theirs.id] });
      assert.equal((await reasons.theirs.next())[0], "io server disconnect");
      assert.ok(ours.connected);
      io.in(ours.id).disconnectSockets(true);
      assert.equal((await reasons.ours.next())[0], "io server disconnect");
    });

    define("servers emit to each other, and are answered", async ({ io, call }) => {
      const events = inbox(io, "hi");
      await call("serverSideEmit", { ev: "hi", args: [1, { a: 2 }] });
      assert.deepEqual(await events.next(), [1, { a: 2 }]);
      const mark = `from node ${process.pid}`;
      io.serverSideEmit("srv-event", mark, 2);
      await until(async () => (await call("serverEvents")).some(([text, number]) => text === mark && number === 2), "the event");
      assert.deepEqual(await io.serverSideEmitWithAck("srv-ask"), ["from-host"]);
      io.on("question", (x, ack) => ack({ answer: x + 1 }));
      assert.deepEqual(await call("serverSideEmit", { ev: "question", args: [1], ack: true }), { err: null, responses: [{ answer: 2 }] });
    }, "/a");

    // Node's sharded adapter always waits five seconds
    if (!process.env.REFERENCE || !profile.includes("sharded"))
      define("a server that does not answer is missed", async ({ io, call }) => {
        io.on("silent", () => {});
        const message = "timeout reached: only 0 responses received out of 1";
        assert.deepEqual(await call("serverSideEmit", { ev: "silent", ack: true }), { err: message, responses: [] });
      });
  });
