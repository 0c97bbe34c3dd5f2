// Middlewares, refusals, dynamic namespaces and their cleanup.
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { pollingSocket, websocketSocket, connectTo } from "../support/socketio.mjs";
import { RawSocket } from "../support/websocket.mjs";
import { rpc } from "../support/rpc.mjs";
import { until } from "../support/wait.mjs";

const { http } = host("D");
const path = "/socket.io/";
const server = rpc("default");
let unique = Date.now() % 1e9;
const dynamic = () => `/dynamic-${++unique}`;

async function open(t, options) {
  const socket = await RawSocket.open(http, { path, ...options });
  t.after(() => socket.close());
  return socket;
}

async function answerTo(t, packet, options) {
  const socket = await open(t, options);
  socket.send(packet);
  return socket.next();
}

const refusals = [
  ["40/reject,", '44/reject,{"message":"Authentication error","data":{"a":"b","c":3}}'],
  ["40/reject-plain,", '44/reject-plain,{"message":"plain"}'],
  ["40/auth,", '44/auth,{"message":"unauthorized"}'],
  ['40/auth,{"token":"no"}', '44/auth,{"message":"unauthorized"}'],
  ['40/mw-room,{"reject":true}', '44/mw-room,{"message":"no"}'],
  ["40/fn-x,", '44/fn-x,{"message":"Invalid namespace"}'],
  ['40/fn-x,{"token":"no"}', '44/fn-x,{"message":"Invalid namespace"}'],
  ["40/dynamic-x,", '44/dynamic-x,{"message":"Invalid namespace"}'],
  ["40/dynamic-,", '44/dynamic-,{"message":"Invalid namespace"}'],
  ['40/dynamic-1,{"reject":true}', '44/dynamic-1,{"message":"no"}'],
  ["40/nowhere,", '44/nowhere,{"message":"Invalid namespace"}'],
];
const acceptances = ["40/a,", "40/b", '40/auth,{"token":"ok"}', '40/fn-x,{"token":"ok"}', "40/mw-room,", "40/slow,", "40/use", "40/dynamic-123", "40/dynamic-123,{}"];

describe("namespaces of server D", { concurrency: 4 }, () => {
  for (const [packet, answer] of refusals)
    test(`${packet} is refused with ${answer}`, async (t) => assert.equal(await answerTo(t, packet), answer));

  for (const packet of acceptances)
    test(`${packet} is accepted`, async (t) => {
      const name = packet.slice(2).replace(/,.*/, "");
      assert.match(await answerTo(t, packet), new RegExp(`^40${name},\\{"sid":"[A-Za-z0-9_-]{20}"\\}$`));
    });

  test("a refused CONNECT leaves the connection open for others", async (t) => {
    const socket = await open(t);
    socket.send("40/reject,");
    assert.match(await socket.next(), /^44\/reject,/);
    await connectTo(socket, "/a");
  });

  test("/slow answers after its middleware has waited, and does not hold up other namespaces", async (t) => {
    const socket = await open(t);
    const start = performance.now();
    socket.send("40/slow,", "40/a,");
    assert.match(await socket.next(), /^40\/a,/);
    assert.match(await socket.next(), /^40\/slow,/);
    assert.ok(performance.now() - start >= 140);
  });

  test("a client that vanishes while a middleware runs leaves nothing behind", async () => {
    const watcher = await websocketSocket(http, { path });
    const socket = await RawSocket.open(http, { path });
    await socket.sendOneByOne("40/slow,");
    socket.close();
    // another connection to the same namespace, started later, tells that the time is over
    const later = await websocketSocket(http, { path, nsp: "/slow" });
    assert.ok((await server.fetchSockets({ nsp: "/slow" })).some(({ id }) => id === later.id));
    // other tests come and go here as well; what was left behind would stay
    await until(async () => (await server.fetchSockets({ nsp: "/slow" })).every(({ id }) => id === later.id), "nobody else in /slow");
    later.close();
    watcher.close();
  });

  test("rooms joined in a middleware are kept when the socket is accepted, and undone when it is refused", async (t) => {
    const accepted = await websocketSocket(http, { path, nsp: "/mw-room" });
    t.after(() => accepted.close());
    await answerTo(t, '40/mw-room,{"reject":true}');
    // other tests come and go here as well; what was not undone would stay
    const become = (expected, what, find) => until(async () => (await find()).sort().join() === expected.sort().join(), what);
    await become([accepted.id], "nobody else in the room", async () => (await server.fetchSockets({ nsp: "/mw-room", to: ["room1"] })).map(({ id }) => id));
    await become(["room1", accepted.id], "no other room", () => server.rooms({ nsp: "/mw-room" }));
  });

  test("the socket middleware of /use drops the event, tells the socket and not the client", async (t) => {
    const socket = await websocketSocket(http, { path, nsp: "/use" });
    t.after(() => socket.close());
    await socket.sendOneByOne('42/use,["blocked",1]', '42/use,7["echo",2]');
    assert.equal(await socket.next(), "43/use,7[2]");
    const log = await server.log({ nsp: "/use", id: socket.id });
    assert.deepEqual(log.slice(1), [
      { t: "event", ev: "blocked", args: [1], ack: false },
      { t: "error", message: "Authentication error" },
      { t: "event", ev: "echo", args: [2], ack: true },
    ]);
  });

  test("/welcome: the answer to CONNECT comes before what the connection handler emits", async (t) => {
    const socket = await open(t);
    socket.send("40/welcome,");
    const frames = await socket.take(3);
    assert.match(frames[0], /^40\/welcome,\{"sid":/);
    assert.deepEqual(frames.slice(1), ['42/welcome,["welcome",1]', '42/welcome,["welcome",2]']);
  });

  test("/handshake emits the handshake, in the order of Node's fields", async (t) => {
    const socket = await open(t, { query: "&a=b&a=c&d=%20%2B", headers: { origin: "https://example.org" } });
    socket.send('40/handshake,{"token":"x"}');
    assert.match(await socket.next(), /^40\/handshake,/);
    const [name, handshake] = JSON.parse((await socket.next()).slice("42/handshake,".length));
    assert.equal(name, "handshake");
    assert.deepEqual(Object.keys(handshake).sort(), ["address", "auth", "headers", "issued", "query", "secure", "time", "url", "xdomain"].sort());
    assert.deepEqual(handshake.auth, { token: "x" });
    assert.equal(handshake.query.a, "c");
    assert.equal(handshake.query.d, " +");
    assert.equal(handshake.xdomain, true);
    assert.equal(handshake.headers.origin, "https://example.org");
    assert.equal(handshake.url, "/socket.io/?EIO=4&transport=websocket&a=b&a=c&d=%20%2B");
  });

  test("a static namespace does not become a child, a dynamic one is made once and announced", async (t) => {
    const nsp = dynamic();
    assert.ok(!(await server.namespaces()).includes(nsp));
    const first = await websocketSocket(http, { path, nsp });
    const second = await websocketSocket(http, { path, nsp });
    t.after(() => (first.close(), second.close()));
    assert.ok((await server.namespaces()).includes(nsp));
    assert.equal((await server.newNamespaces()).filter((name) => name === nsp).length, 1);
    assert.ok(!(await server.newNamespaces()).includes("/"));
    assert.equal((await server.fetchSockets({ nsp })).length, 2);
  });

  test("children of one pattern are namespaces of their own", async (t) => {
    const [first, second] = [dynamic(), dynamic()];
    const sockets = [await websocketSocket(http, { path, nsp: first }), await websocketSocket(http, { path, nsp: second })];
    t.after(() => sockets.forEach((socket) => socket.close()));
    await server.emit({ nsp: first, ev: "x" });
    assert.equal(await sockets[0].next(), `42${first},["x"]`);
    sockets[1].send(`42${second},0["echo"]`);
    assert.equal(await sockets[1].next(), `43${second},0[]`);
  });

  test("a dynamic child runs the middleware of its parent", async (t) => {
    const nsp = dynamic();
    assert.equal(await answerTo(t, `40${nsp},{"reject":true}`), `44${nsp},{"message":"no"}`);
  });

  test("default: an empty child namespace stays", async () => {
    const nsp = dynamic();
    const socket = await websocketSocket(http, { path, nsp });
    await socket.sendOneByOne(`41${nsp},`);
    await until(async () => (await server.fetchSockets({ nsp })).length === 0, "the leaving");
    assert.ok((await server.namespaces()).includes(nsp));
    socket.close();
  });

  test("cleanup: a child goes with its last socket and comes back with the next", async (t) => {
    const nsp = dynamic();
    const options = { path: "/p/cleanup/", nsp };
    const names = () => rpc("cleanup").namespaces();
    const [first, second] = [await websocketSocket(http, options), await websocketSocket(http, options)];
    await first.sendOneByOne(`41${nsp},`);
    await until(async () => (await rpc("cleanup").log({ nsp, id: first.id })).some((entry) => entry.t === "disconnect"));
    assert.ok((await names()).includes(nsp), "one socket is still there");
    second.close();
    await until(async () => !(await names()).includes(nsp), "the cleanup");
    const third = await websocketSocket(http, options);
    t.after(() => third.close());
    assert.ok((await names()).includes(nsp));
    first.close();
  });

  test("cleanup: a child whose only candidate was refused goes as well", async (t) => {
    const nsp = dynamic();
    assert.equal(await answerTo(t, `40${nsp},{"reject":true}`, { path: "/p/cleanup/" }), `44${nsp},{"message":"no"}`);
    await until(async () => !(await rpc("cleanup").namespaces()).includes(nsp), "the cleanup");
  });

  test("cleanup: static namespaces stay", async () => {
    const socket = await websocketSocket(http, { path: "/p/cleanup/", nsp: "/a" });
    await socket.sendOneByOne("41/a,");
    socket.close();
    await until(async () => (await rpc("cleanup").fetchSockets({ nsp: "/a" })).length === 0);
    assert.ok((await rpc("cleanup").namespaces()).includes("/a"));
  });
});

test("counters: middleware executions per CONNECT to the main namespace, engine connections, sockets", async () => {
  const counted = rpc("noslash");
  const options = { path: "/p/noslash" };
  const zero = await counted.counters();
  const polling = await pollingSocket(http, options);
  const socket = await websocketSocket(http, options);
  await connectTo(socket, "/a");
  assert.deepEqual(await counted.counters(), { middleware: zero.middleware + 2, clients: zero.clients + 2, sockets: zero.sockets + 2 });
  await socket.sendOneByOne("41");
  await connectTo(socket, "/");
  assert.deepEqual(await counted.counters(), { middleware: zero.middleware + 3, clients: zero.clients + 2, sockets: zero.sockets + 2 });
  assert.equal((await counted.counters({ nsp: "/a" })).sockets, 1);
  socket.close();
  await polling.post("1");
  const expected = { middleware: zero.middleware + 3, clients: zero.clients, sockets: zero.sockets };
  await until(async () => JSON.stringify(await counted.counters()) === JSON.stringify(expected), "the counters after the end");
});
