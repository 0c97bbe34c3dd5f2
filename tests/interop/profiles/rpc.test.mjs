// The server API, one method after the other.
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { Group, freshNamespace } from "../support/group.mjs";
import { connectTo, pollingSocket, websocketSocket } from "../support/socketio.mjs";
import { callRpc, rpc } from "../support/rpc.mjs";
import { assertPlainClose, sessionGone } from "../support/expect.mjs";
import { separator } from "../support/http.mjs";
import { until } from "../support/wait.mjs";

const { http } = host("D");
const reserved = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];
const sorted = (list) => [...list].sort();

const logOf = (group, name) => group.call("log", { id: group.id(name) });
const disconnection = async (group, name) =>
  (await until(async () => (await logOf(group, name)).find(({ t }) => t === "disconnect"), `the disconnection of ${name}`)).reason;

describe("server API", { concurrency: 4 }, () => {
  // --- names and ids
  for (const name of reserved) {
    test(`emit refuses the reserved name ${name}`, async () => {
      await assert.rejects(rpc("default").emit({ nsp: freshNamespace(), ev: name }), { message: `"${name}" is a reserved event name` });
    });
    test(`socketEmit refuses the reserved name ${name}`, async (t) => {
      const group = await Group.open(t, "a");
      await assert.rejects(group.call("socketEmit", { id: group.id("a"), ev: name }), { message: `"${name}" is a reserved event name` });
      assert.equal(await group.receivers(), "");
    });
  }
  for (const name of ["connection", "error", "message", "constructor", "__proto__", ""])
    test(`the event name ${JSON.stringify(name)} is legal`, async (t) => {
      const group = await Group.open(t, "a");
      await group.call("socketEmit", { id: group.id("a"), ev: name, args: [1] });
      assert.equal(await group.a.next(), `42${group.nsp},[${JSON.stringify(name)},1]`);
    });
  for (const m of ["socketEmit", "socketBroadcast", "socketJoin", "socketLeave", "socketDisconnect", "socketSetData", "socketInfo", "engineClose"])
    test(`${m} fails for an unknown socket id`, async () => {
      await assert.rejects(rpc("default")[m]({ id: "nobody", ev: "x", rooms: ["r"], room: "r", data: 1 }));
    });
  test("an unknown profile and an unknown method fail", async () => {
    await assert.rejects(callRpc({ profile: "nowhere", m: "rooms" }));
    await assert.rejects(callRpc({ profile: "default", m: "nothing" }));
  });

  // --- socketEmit
  test("socketEmit sends to one socket alone", async (t) => {
    const group = await Group.open(t, "ab");
    assert.equal(await group.call("socketEmit", { id: group.id("a"), ev: "x", args: [1, "two", null] }), null);
    assert.equal(await group.receivers(), "a");
  });
  test("socketEmit with an ack gives the arguments of the answer", async (t) => {
    const group = await Group.open(t, "a");
    const result = group.call("socketEmit", { id: group.id("a"), ev: "ask", args: [1], ack: true });
    const frame = await group.a.next();
    const [, id] = new RegExp(`^42${group.nsp},(\\d+)\\["ask",1\\]$`).exec(frame);
    group.a.send(`43${group.nsp},${id}[1,"two"]`);
    assert.deepEqual(await result, [1, "two"]);
  });
  test("socketEmit with an ack and a timeout: the error comes first", async (t) => {
    const group = await Group.open(t, "a");
    const start = performance.now();
    assert.deepEqual(await group.call("socketEmit", { id: group.id("a"), flags: { timeout: 100 }, ev: "ask", ack: true }),
      [{ error: "operation has timed out" }]);
    assert.ok(performance.now() - start >= 90, "before the timeout");
    const id = /,(\d+)\[/.exec(await group.a.next())[1];
    group.a.send(`43${group.nsp},${id}["too late"]`);
    assert.deepEqual(await group.ask("a", "echo", 1), [1]);
  });

  // --- rooms
  test("socketJoin and socketLeave change the rooms of one socket", async (t) => {
    const group = await Group.open(t, "ab");
    const id = group.id("a");
    await group.call("socketJoin", { id, rooms: ["r1", "r2"] });
    assert.deepEqual(sorted((await group.call("socketInfo", { id })).rooms), sorted([id, "r1", "r2"]));
    await group.call("socketJoin", { id, rooms: ["r1"] });
    await group.call("socketLeave", { id, room: "r2" });
    await group.call("socketLeave", { id, room: "never-joined" });
    assert.deepEqual(sorted((await group.call("socketInfo", { id })).rooms), sorted([id, "r1"]));
    assert.deepEqual(sorted(await group.call("rooms")), sorted([id, group.id("b"), "r1"]));
    await group.call("socketLeave", { id, room: "r1" });
    assert.deepEqual(sorted(await group.call("rooms")), sorted([id, group.id("b")]));
  });
  test("a client's join and leave are acknowledged when they are done", async (t) => {
    const group = await Group.open(t, "ab");
    assert.deepEqual(await group.ask("a", "join", "r"), []);
    await group.call("emit", { to: ["r"], ev: "x" });
    assert.equal(await group.receivers(), "a");
    assert.deepEqual(await group.ask("a", "leave", "r"), []);
    await group.call("emit", { to: ["r"], ev: "x" });
    assert.equal(await group.receivers(), "");
  });
  test("socketsJoin and socketsLeave change the rooms of all that match", async (t) => {
    const group = await Group.open(t, "abc");
    await group.join({ r1: "ab" });
    await group.call("socketsJoin", { to: ["r1"], rooms: ["r2", "r3"] });
    const roomsOf = async (name) => sorted((await group.call("socketInfo", { id: group.id(name) })).rooms.filter((room) => room !== group.id(name)));
    assert.deepEqual([await roomsOf("a"), await roomsOf("b"), await roomsOf("c")], [["r1", "r2", "r3"], ["r1", "r2", "r3"], []]);
    await group.call("socketsLeave", { to: ["r3"], except: [group.id("a")], rooms: ["r2", "r3"] });
    assert.deepEqual([await roomsOf("a"), await roomsOf("b")], [["r1", "r2", "r3"], ["r1"]]);
    await group.call("socketsJoin", { rooms: ["all"] });
    await group.call("emit", { to: ["all"], ev: "x" });
    assert.equal(await group.receivers(), "abc");
  });
  test("a socket may leave its own room, and is then not reached by its id", async (t) => {
    const group = await Group.open(t, "a");
    const id = group.id("a");
    await group.call("socketLeave", { id, room: id });
    await group.call("emit", { to: [id], ev: "x" });
    await group.call("socketEmit", { id, ev: "y" });
    assert.equal(await group.receivers(), "a");
  });
  test("rooms are those of a namespace, not of the server", async (t) => {
    const [first, second] = [await Group.open(t, "a"), await Group.open(t, "a")];
    await first.join({ shared: "a" });
    await second.join({ shared: "a" });
    await first.call("emit", { to: ["shared"], ev: "x" });
    assert.deepEqual([await first.receivers(), await second.receivers()], ["a", ""]);
  });
  test("rooms go with their last member", async (t) => {
    const group = await Group.open(t, "ab");
    await group.join({ r1: "ab", r2: "a" });
    group.a.close();
    await disconnection(group, "a");
    assert.deepEqual(sorted(await group.call("rooms")), sorted([group.id("b"), "r1"]));
  });

  // --- socketInfo, data, fetchSockets
  test("socketInfo tells rooms, data, state, handshake and transport", async (t) => {
    const group = await Group.open(t, "aB");
    const info = await group.call("socketInfo", { id: group.id("a") });
    assert.deepEqual(sorted(Object.keys(info)), sorted(["rooms", "data", "connected", "recovered", "handshake", "transport"]));
    assert.deepEqual([info.rooms, info.connected, info.recovered, info.transport], [[group.id("a")], true, false, "websocket"]);
    assert.deepEqual(info.data, {});
    assert.equal(info.handshake.query.EIO, "4");
    assert.equal((await group.call("socketInfo", { id: group.id("B") })).transport, "polling");
  });
  test("socketSetData is seen by socketInfo and fetchSockets", async (t) => {
    const group = await Group.open(t, "ab");
    const data = { user: "x", list: [1, { deep: true }] };
    await group.call("socketSetData", { id: group.id("a"), data });
    assert.deepEqual((await group.call("socketInfo", { id: group.id("a") })).data, data);
    const fetched = await group.call("fetchSockets");
    assert.deepEqual(fetched.find(({ id }) => id === group.id("a")).data, data);
    assert.deepEqual(fetched.find(({ id }) => id === group.id("b")).data, {});
  });
  test("fetchSockets gives id, rooms, data and handshake of those that match", async (t) => {
    const group = await Group.open(t, "abC");
    await group.join({ r1: "ab", r2: "bC" });
    const fetch = async (target) => sorted((await group.call("fetchSockets", target)).map(({ id }) => group.sockets.find((each) => each.id === id).name)).join("");
    assert.equal(await fetch(), "Cab");
    assert.equal(await fetch({ to: ["r1"] }), "ab");
    assert.equal(await fetch({ to: ["r1", "r2"] }), "Cab");
    assert.equal(await fetch({ to: ["r1"], except: ["r2"] }), "a");
    assert.equal(await fetch({ to: [group.id("C")] }), "C");
    assert.equal(await fetch({ to: ["nobody"] }), "");
    assert.equal(await fetch({ flags: { local: true } }), "Cab");
    const [one] = await group.call("fetchSockets", { to: [group.id("a")] });
    assert.deepEqual(sorted(Object.keys(one)), ["data", "handshake", "id", "rooms"]);
    assert.deepEqual(sorted(one.rooms), sorted([group.id("a"), "r1"]));
    assert.equal(one.handshake.headers.host, http.slice("http://".length));
  });
  test("the handshake of polling carries the first request", async () => {
    const polling = await pollingSocket(http, { query: "&x=y", headers: { "x-test": "1" }, auth: { k: "v" } });
    const { handshake } = await rpc("default").socketInfo({ id: polling.id });
    assert.equal(handshake.url, "/socket.io/?EIO=4&transport=polling&x=y");
    assert.deepEqual([handshake.query.x, handshake.headers["x-test"], handshake.auth], ["y", "1", { k: "v" }]);
  });

  // --- disconnections
  test("socketDisconnect sends DISCONNECT and leaves the connection open", async (t) => {
    const socket = await websocketSocket(http, { nsp: "/a" });
    t.after(() => socket.close());
    await rpc("default").socketDisconnect({ nsp: "/a", id: socket.id });
    assert.equal(await socket.next(), "41/a,");
    await connectTo(socket, "/b");
    assert.ok(socket.isOpen);
  });
  test("socketDisconnect with close sends DISCONNECT for every namespace and closes", async () => {
    const socket = await websocketSocket(http);
    await connectTo(socket, "/a");
    await rpc("default").socketDisconnect({ id: socket.id, close: true });
    assertPlainClose(await socket.closing());
    assert.deepEqual(sorted(socket.frames.items), ["41", "41/a,"]);
  });
  test("socketDisconnect with close on polling: 41, then a noop and a close packet", async () => {
    const polling = await pollingSocket(http);
    await rpc("default").socketDisconnect({ id: polling.id, close: true });
    assert.equal((await polling.get()).body, "41");
    assert.equal((await polling.get()).body, `6${separator}1`);
    await sessionGone(polling);
  });
  test("disconnectSockets disconnects those that match", async (t) => {
    const group = await Group.open(t, "abc");
    await group.join({ r: "ab" });
    await group.call("disconnectSockets", { to: ["r"], except: [group.id("b")] });
    assert.equal(await group.a.next(), `41${group.nsp},`);
    assert.equal(await disconnection(group, "a"), "server namespace disconnect");
    assert.ok(group.a.isOpen);
    assert.equal((await group.call("fetchSockets")).length, 2);
  });
  test("disconnectSockets with close closes the connections", async (t) => {
    const group = await Group.open(t, "ab");
    await group.call("disconnectSockets", { close: true });
    for (const socket of [group.a, group.b]) {
      assertPlainClose(await socket.closing());
      assert.deepEqual(socket.frames.items, [`41${group.nsp},`]);
    }
  });
  for (const close of [undefined, false, true])
    test(`disconnect-me(${close}) ${close ? "closes the connection" : "leaves it open"}`, async (t) => {
      const group = await Group.open(t, "a");
      group.send("a", "disconnect-me", ...(close === undefined ? [] : [close]));
      assert.equal(await group.a.next(), `41${group.nsp},`);
      if (close) assertPlainClose(await group.a.closing());
      else await connectTo(group.a, "/b");
      assert.equal(await disconnection(group, "a"), "server namespace disconnect");
    });
  test("nothing is sent to a namespace after its DISCONNECT", async (t) => {
    const group = await Group.open(t, "a");
    const { nsp } = group;
    const id = group.id("a");
    await group.call("batch", { calls: [{ m: "socketDisconnect", nsp, id }, { m: "emit", nsp, ev: "late" }, { m: "emit", nsp, to: [id], ev: "late" }] });
    assert.equal(await group.a.next(), `41${nsp},`);
    await connectTo(group.a, "/b");
    assert.deepEqual(group.a.frames.items, []);
  });

  // --- the log
  test("the log survives the disconnection, in order", async (t) => {
    const group = await Group.open(t, "a");
    await group.ask("a", "join", "r");
    group.send("a", "echo-back", 1, { $: null });
    await group.a.next();
    group.a.send(`41${group.nsp},`);
    assert.equal(await disconnection(group, "a"), "client namespace disconnect");
    const log = await logOf(group, "a");
    assert.deepEqual(log.map((entry) => (entry.rooms ? { ...entry, rooms: sorted(entry.rooms) } : entry)), [
      { t: "connection", recovered: false },
      { t: "event", ev: "join", args: ["r"], ack: true },
      { t: "event", ev: "echo-back", args: [1, { $: null }], ack: false },
      { t: "out", ev: "echo-back", args: [1, { $: null }] },
      { t: "disconnecting", reason: "client namespace disconnect", rooms: sorted([group.id("a"), "r"]) },
      { t: "disconnect", reason: "client namespace disconnect" },
    ]);
  });
  test("the outgoing catch-all sees broadcasts as well, and no acks", async (t) => {
    const group = await Group.open(t, "ab");
    await group.call("emit", { ev: "x", args: [1] });
    await group.call("socketBroadcast", { id: group.id("b"), ev: "y" });
    await group.ask("a", "echo").catch(() => {});
    const out = (await logOf(group, "a")).filter(({ t }) => t === "out");
    assert.deepEqual(out, [{ t: "out", ev: "x", args: [1] }, { t: "out", ev: "y", args: [] }]);
  });
  test("binary in the log is binary", async (t) => {
    const group = await Group.open(t, "a");
    group.a.send(`451-${group.nsp},["x",{"_placeholder":true,"num":0}]`, Buffer.from([1, 2]));
    await group.ask("a", "echo");
    assert.deepEqual((await logOf(group, "a"))[1].args, [Buffer.from([1, 2])]);
  });
  test("a client's event named error is an event and reaches the error handler", async (t) => {
    const group = await Group.open(t, "a");
    group.send("a", "error", 1);
    await group.ask("a", "echo");
    assert.ok((await logOf(group, "a")).some((entry) => entry.t === "event" && entry.ev === "error"));
  });

  // --- between servers, with nobody else there
  test("serverSideEmit does not reach the server itself", async () => {
    const server = rpc("cookie");
    const before = (await server.serverEvents()).length;
    assert.equal(await server.serverSideEmit({ ev: "srv-event", args: [1] }), null);
    assert.equal((await server.serverEvents()).length, before);
  });
  test("serverSideEmit with an ack is answered by nobody", async () => {
    const { responses } = await rpc("cookie").serverSideEmit({ ev: "srv-ask", ack: true });
    assert.deepEqual(responses, []);
  });
  for (const name of ["connect", "connection", "new_namespace"])
    test(`serverSideEmit refuses the reserved name ${name}`, async () => {
      await assert.rejects(rpc("cookie").serverSideEmit({ ev: name }), { message: `"${name}" is a reserved event name` });
    });
  test("there is one server", async () => assert.equal(await rpc("cookie").serverCount(), 1));

  test("the static namespaces are there from the start", async () => {
    const names = await rpc("cookie").namespaces();
    for (const name of ["/", "/a", "/b", "/reject", "/reject-plain", "/auth", "/slow", "/mw-room", "/use", "/handshake", "/welcome"])
      assert.ok(names.includes(name), name);
  });
});
