// How the server closes a session, seen on the wire (server D: the close is asked for by RPC).
import { test } from "node:test";
import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { rpc } from "../support/rpc.mjs";
import { fetchRaw, separator } from "../support/http.mjs";
import { pollingSocket, websocketSocket } from "../support/socketio.mjs";
import { RawSocket } from "../support/websocket.mjs";
import { assertEngineError, assertPlainClose } from "../support/expect.mjs";
import { until, within } from "../support/wait.mjs";

const { http } = host("D");
const server = rpc("default");

async function disconnection(id) {
  const find = async () => (await server.log({ id })).find(({ t }) => t === "disconnect");
  return (await until(find, "the disconnection")).reason;
}

test("a close by the server answers the pending GET with a close packet", async () => {
  const polling = await pollingSocket(http);
  const { response } = await polling.holdAtServer();
  await server.engineClose({ id: polling.id });
  assert.equal((await within(response, "the pending GET")).body, "1");
  assertEngineError(await polling.get(), 1);
  assert.equal(await disconnection(polling.id), "forced close");
});

test("a close by the server without a pending GET waits for the next one, which gets a noop and a close packet", async () => {
  const polling = await pollingSocket(http);
  await server.engineClose({ id: polling.id });
  assert.equal((await polling.get()).body, `6${separator}1`);
  assertEngineError(await polling.get(), 1);
});

test("packets buffered before the close are delivered first", async () => {
  const polling = await pollingSocket(http);
  await server.batch({ calls: [{ m: "socketEmit", id: polling.id, ev: "x", args: [1] }, { m: "socketDisconnect", id: polling.id, close: true }] });
  const bodies = [];
  for (let response; (response = await polling.get()).status === 200; ) bodies.push(response.body);
  assert.deepEqual(bodies, [`42["x",1]${separator}41`, `6${separator}1`]);
});

test("a close by the server on websocket delivers what was emitted before, then closes without a packet", async () => {
  const socket = await websocketSocket(http);
  await server.batch({ calls: [{ m: "socketEmit", id: socket.id, ev: "x", args: [1] }, { m: "engineClose", id: socket.id }] });
  assertPlainClose(await socket.closing());
  assert.deepEqual(socket.frames.items, ['42["x",1]']);
  assert.equal(await disconnection(socket.id), "forced close");
});

test("a close by the server during an upgrade closes the new websocket as well", async () => {
  const polling = await pollingSocket(http);
  const socket = new RawSocket(polling.websocketUrl());
  await within(socket.opened, "the websocket");
  socket.send("2probe");
  assert.equal(await socket.next(), "3probe");
  const pending = await polling.holdAtServer();
  await server.engineClose({ id: polling.id });
  assertPlainClose(await socket.closing());
  assert.equal((await within(pending.response, "the pending GET")).status, 200);
});

const reasons = [
  ["a client that closes its websocket", "transport close", async () => {
    const socket = await websocketSocket(http);
    socket.ws.close();
    return socket;
  }],
  ["a client that tears its websocket down", "transport close", async () => {
    const socket = await websocketSocket(http);
    socket.close();
    return socket;
  }],
  ["a close packet on polling", "transport close", async () => {
    const polling = await pollingSocket(http);
    await polling.post("1");
    return polling;
  }],
  ["a ping from the client", "transport error", async () => {
    const socket = await websocketSocket(http);
    socket.send("2");
    return socket;
  }],
  ["a second GET", "transport error", async () => {
    const polling = await pollingSocket(http);
    polling.hold();
    await polling.get();
    return polling;
  }],
  ["a GET broken off", "transport error", async () => {
    const polling = await pollingSocket(http);
    const { request } = await polling.holdAtServer();
    request.destroy();
    return polling;
  }],
  ["an invalid engine packet", "parse error", async () => {
    const socket = await websocketSocket(http);
    socket.send("9");
    return socket;
  }],
  ["an invalid engine packet in a POST", "parse error", async () => {
    const polling = await pollingSocket(http);
    await polling.post("9");
    return polling;
  }],
  ["an invalid Socket.IO packet", "forced close", async () => {
    const socket = await websocketSocket(http);
    socket.send("4abc");
    return socket;
  }],
];

for (const [what, reason, play] of reasons)
  test(`${what} is the reason ${reason}`, async () => assert.equal(await disconnection((await play()).id), reason));

test("a message that exceeds maxHttpBufferSize on websocket is a transport error", async () => {
  const socket = await websocketSocket(http, { path: "/p/small/" });
  socket.send("4" + "x".repeat(1001));
  assert.equal(await socket.closing(), 1009);
  const find = async () => (await rpc("small").log({ id: socket.id })).find(({ t }) => t === "disconnect");
  assert.match((await until(find)).reason, /^transport (error|close)$/);
});

test("the unknown sid of a closed session stays unknown", async () => {
  const polling = await pollingSocket(http);
  await polling.post("1");
  for (const method of ["GET", "POST"]) assertEngineError(await fetchRaw(polling.url, { method, ...(method === "POST" && { body: "4x" }) }), 1);
});
