// Who gets a broadcast: rooms, exceptions, the sender, modifiers, acknowledgements.
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { Group } from "../support/group.mjs";

host("D");
const rooms = { r1: "ab", r2: "bc", r3: "d" };

// [what, target, receivers]; {a} stands for the id of a
const fromServer = [
  ["nothing named: everybody", {}, "abcdE"],
  ["one room", { to: ["r1"] }, "ab"],
  ["two rooms: their union, each socket once", { to: ["r1", "r2"] }, "abc"],
  ["the same room twice", { to: ["r1", "r1"] }, "ab"],
  ["an empty room", { to: ["nobody"] }, ""],
  ["an empty room and another", { to: ["nobody", "r3"] }, "d"],
  ["a socket by its id", { to: ["{c}"] }, "c"],
  ["a polling socket by its id", { to: ["{E}"] }, "E"],
  ["a socket by its id and a room it is in", { to: ["{a}", "r1"] }, "ab"],
  ["all but a room", { except: ["r1"] }, "cdE"],
  ["all but two rooms", { except: ["r1", "r3"] }, "cE"],
  ["all but a socket", { except: ["{d}"] }, "abcE"],
  ["a room but another room", { to: ["r1"], except: ["r2"] }, "a"],
  ["a room but itself", { to: ["r1"], except: ["r1"] }, ""],
  ["all but an empty room", { except: ["nobody"] }, "abcdE"],
  ["local", { flags: { local: true } }, "abcdE"],
  ["local in a room", { to: ["r2"], flags: { local: true } }, "bc"],
  ["compress false", { to: ["r1"], flags: { compress: false } }, "ab"],
];

const fromSocketA = [
  ["everybody but the sender", {}, "bcdE"],
  ["a room without the sender", { to: ["r1"] }, "b"],
  ["two rooms without the sender", { to: ["r1", "r2"] }, "bc"],
  ["a room the sender is not in", { to: ["r3"] }, "d"],
  ["itself by id: nobody", { to: ["{a}"] }, ""],
  ["all but a room", { except: ["r2"] }, "dE"],
  ["a room but a socket", { to: ["r2"], except: ["{b}"] }, "c"],
  ["local", { flags: { local: true } }, "bcdE"],
];

async function openWithRooms(t) {
  const group = await Group.open(t, "abcdE");
  await group.join(rooms);
  return group;
}

const resolve = (group, target) => {
  const ids = (names) => names?.map((name) => (name.startsWith("{") ? group.id(name[1]) : name));
  return { ...target, to: ids(target.to), except: ids(target.except) };
};

describe("broadcasts", { concurrency: 4 }, () => {
  for (const [what, target, receivers] of fromServer)
    test(`emit to ${what}`, async (t) => {
      const group = await openWithRooms(t);
      await group.call("emit", { ...resolve(group, target), ev: "x", args: [1] });
      assert.equal(await group.receivers(), receivers);
    });

  for (const [what, target, receivers] of fromSocketA)
    test(`a socket's broadcast to ${what}`, async (t) => {
      const group = await openWithRooms(t);
      await group.call("socketBroadcast", { id: group.id("a"), ...resolve(group, target), ev: "x", args: [1] });
      assert.equal(await group.receivers(), receivers);
    });

  for (const [what, room, receivers] of [["a room", "r1", "b"], ["everybody", null, "bcdE"], ["a socket id", "{d}", "d"]])
    test(`the client asks for a broadcast to ${what}`, async (t) => {
      const group = await openWithRooms(t);
      group.send("a", "broadcast", room?.startsWith("{") ? group.id(room[1]) : room, "x", { y: [1] });
      await group.ask("a", "echo", 1); // the log has an event before its handler runs; an answer to the next event comes behind what that handler emitted
      assert.equal(await group.receivers(), receivers);
    });

  test("an event is received as it was emitted, text and binary", async (t) => {
    const group = await Group.open(t, "ab");
    await group.call("emit", { ev: "x", args: [1, { y: Buffer.from([1, 2]) }, "z"] });
    for (const socket of [group.a, group.b]) {
      assert.equal(await socket.next(), `451-${group.nsp},["x",1,{"y":{"_placeholder":true,"num":0}},"z"]`);
      assert.deepEqual(await socket.next(), Buffer.from([1, 2]));
    }
  });

  test("a broadcast reaches polling and websocket clients alike, binary too", async (t) => {
    const group = await Group.open(t, "aB");
    await group.call("emit", { ev: "x", args: [Buffer.from([1, 2])] });
    const header = `451-${group.nsp},["x",{"_placeholder":true,"num":0}]`;
    assert.deepEqual(await group.a.take(2), [header, Buffer.from([1, 2])]);
    assert.deepEqual(await group.B.take(2), [header, "bAQI="]);
  });

  test("broadcasts and emits to one socket keep the order of their calls", async (t) => {
    const group = await Group.open(t, "ab");
    await group.join({ r: "a" });
    const { nsp } = group;
    const calls = Array.from({ length: 200 }, (_, i) => [
      { m: "emit", nsp, ev: "n", args: [i] },
      { m: "emit", nsp, to: ["r"], ev: "n", args: [i] },
      { m: "socketEmit", nsp, id: group.id("a"), ev: "n", args: [i] },
    ][i % 3]);
    await group.call("batch", { calls });
    const frames = await group.a.take(200);
    assert.deepEqual(frames, calls.map((_, i) => `42${nsp},["n",${i}]`));
  });

  test("a volatile broadcast reaches an idle websocket, and not a polling client without a GET", async (t) => {
    const group = await Group.open(t, "aB");
    await group.call("emit", { flags: { volatile: true }, ev: "x" });
    assert.equal(await group.receivers(), "a");
  });

  test("a volatile broadcast reaches a polling client with a pending GET", async (t) => {
    const group = await Group.open(t, "B");
    const { response } = group.B.hold();
    // volatile: sent until the server has seen the GET
    const sending = setInterval(() => group.call("emit", { flags: { volatile: true }, ev: "x" }).catch(() => {}), 20);
    try {
      assert.equal((await response).body, `42${group.nsp},["x"]`);
    } finally {
      clearInterval(sending);
    }
  });

  // --- acknowledgements
  const answer = (socket, nsp, value) =>
    socket.next().then((frame) => socket.send(`43${nsp},${/,(\d+)\[/.exec(frame)[1]}${JSON.stringify([value])}`));

  test("a broadcast with acks collects one answer of each", async (t) => {
    const group = await Group.open(t, "abc");
    const result = group.call("emit", { flags: { timeout: 4000 }, ev: "ask", args: [1], ack: true });
    await Promise.all([group.a, group.b, group.c].map((socket) => answer(socket, group.nsp, socket.name)));
    const { err, responses } = await result;
    assert.equal(err, null);
    assert.deepEqual(responses.sort(), ["a", "b", "c"]);
  });

  test("a broadcast with acks that are missing at the timeout gives an error and the answers so far", async (t) => {
    const group = await Group.open(t, "ab");
    const start = performance.now();
    const result = group.call("emit", { flags: { timeout: 2000 }, ev: "ask", ack: true });
    await answer(group.a, group.nsp, "a");
    assert.deepEqual(await result, { err: "operation has timed out", responses: ["a"] });
    assert.ok(performance.now() - start >= 1980, "before the timeout");
  });

  test("a broadcast with acks to nobody is answered at once", async (t) => {
    const group = await Group.open(t, "a");
    // the timeout is longer than the test waits for the answer
    assert.deepEqual(await group.call("emit", { to: ["nobody"], flags: { timeout: 20_000 }, ev: "ask", ack: true }), { err: null, responses: [] });
  });

  test("a broadcast with acks to a room asks the room alone, and a second answer does not count", async (t) => {
    const group = await openWithRooms(t);
    const result = group.call("emit", { to: ["r1"], flags: { timeout: 4000 }, ev: "ask", ack: true });
    const frame = await group.a.next();
    const id = /,(\d+)\[/.exec(frame)[1];
    group.a.send(`43${group.nsp},${id}["a"]`, `43${group.nsp},${id}["again"]`);
    await answer(group.b, group.nsp, "b");
    const { err, responses } = await result;
    assert.deepEqual([err, responses.sort()], [null, ["a", "b"]]);
    assert.equal(await group.receivers(), "");
  });

  test("a client that leaves before it answers makes the broadcast wait for its timeout", async (t) => {
    const group = await Group.open(t, "ab");
    const result = group.call("emit", { flags: { timeout: 2000 }, ev: "ask", ack: true });
    await answer(group.a, group.nsp, "a");
    await group.b.next();
    group.b.close();
    assert.deepEqual(await result, { err: "operation has timed out", responses: ["a"] });
  });

  test("binary answers to a broadcast", async (t) => {
    const group = await Group.open(t, "a");
    const result = group.call("emit", { flags: { timeout: 4000 }, ev: "ask", ack: true });
    const id = /,(\d+)\[/.exec(await group.a.next())[1];
    group.a.send(`461-${group.nsp},${id}[{"_placeholder":true,"num":0}]`, Buffer.from([7]));
    assert.deepEqual(await result, { err: null, responses: [Buffer.from([7])] });
  });
});
