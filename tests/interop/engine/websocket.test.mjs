import { test } from "../support/timed.mjs";
import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { RawSocket } from "../support/websocket.mjs";
import { assertPlainClose } from "../support/expect.mjs";
import { event, within } from "../support/wait.mjs";

const { http } = host("A");

async function withSocket(t, options) {
  const socket = await RawSocket.open(http, options);
  t.after(() => socket.close());
  return socket;
}

async function assertEchoes(socket, frame = "4still here") {
  socket.send(frame);
  assert.deepEqual(await socket.next(`the echo of ${frame}`), frame);
}

const messages = [
  ["text", "4hello"],
  ["text beyond ASCII", "4é€😀\u0000"],
  ["an empty text", "4"],
  ["binary", Buffer.from([1, 2, 3, 0xff])],
  ["binary that looks like a close packet", Buffer.from("1")],
  ["an empty binary", Buffer.alloc(0)],
  ["text of maxPayload bytes", "4" + "x".repeat(999_999)],
  ["binary of maxPayload bytes", Buffer.alloc(1_000_000, 7)],
];

for (const [what, frame] of messages)
  test(`${what} is echoed as one frame of the same kind`, async (t) => assertEchoes(await withSocket(t), frame));

test("one packet per message: 1000 of them keep their order, text and binary mixed", async (t) => {
  const socket = await withSocket(t);
  const frames = Array.from({ length: 1000 }, (_, i) => (i % 3 === 0 ? Buffer.from(`${i}`) : `4${i}`));
  socket.send(...frames);
  assert.deepEqual(await socket.take(1000), frames);
});

test("a message in fragments is put together", async (t) => {
  const socket = await withSocket(t);
  const bytes = Buffer.from("4a€b");
  socket.ws.send(bytes.subarray(0, 3), { fin: false, binary: false });
  socket.ws.ping();
  socket.ws.send(bytes.subarray(3, 4), { fin: false, binary: false });
  socket.ws.send(bytes.subarray(4), { fin: true, binary: false });
  assert.equal(await socket.next(), "4a€b");
});

test("a binary message in fragments is put together", async (t) => {
  const socket = await withSocket(t);
  for (let i = 0; i < 5; i++) socket.ws.send(Buffer.from([i]), { fin: i === 4, binary: true });
  assert.deepEqual(await socket.next(), Buffer.from([0, 1, 2, 3, 4]));
});

test("a ping frame of the websocket protocol is answered with a pong frame", async (t) => {
  const socket = await withSocket(t);
  const pong = event(socket.ws, "pong");
  socket.ws.ping("abc");
  assert.equal((await pong)[0].toString(), "abc");
});

for (const frame of ["4" + "x".repeat(1_000_000), Buffer.alloc(1_000_001)])
  test(`a ${typeof frame === "string" ? "text" : "binary"} message of more than maxPayload bytes closes with 1009`, async (t) => {
    const socket = await withSocket(t);
    socket.send(frame);
    assert.equal(await socket.closing(), 1009);
  });

test("permessage-deflate is not negotiated, even when offered", async (t) => {
  const socket = await withSocket(t, { perMessageDeflate: true });
  assert.equal(socket.ws.extensions, "");
});

for (const [what, frame] of [["abc", "abc"], ["an empty frame", ""], ["type 7", "7"], ["a ping from the client", "2"]])
  test(`${what} closes the websocket`, async (t) => {
    const socket = await withSocket(t);
    socket.send(frame);
    assertPlainClose(await socket.closing());
  });

test("the server closes without a status", async (t) => {
  const socket = await withSocket(t);
  socket.send("abc");
  assert.equal(await socket.closing(), 1005);
});

for (const frame of ["0", "3", "5", "6", "3probe"])
  test(`frame ${frame} on an established websocket is ignored`, async (t) => {
    const socket = await withSocket(t);
    socket.send(frame);
    await assertEchoes(socket);
  });

test("a close packet closes the websocket at once or is ignored", async (t) => {
  const socket = await withSocket(t);
  socket.send("1", "4after");
  const end = await within(Promise.race([socket.closed, socket.next()]), "the close or the echo");
  if (end !== "4after") assertPlainClose(end.code);
});

test("a text frame with the prefix b is binary", async (t) => {
  const socket = await withSocket(t);
  socket.send("bAQID");
  assert.deepEqual(await socket.next(), Buffer.from([1, 2, 3]));
});

test("a client with b64=1 gets binary as text frames in base64", async (t) => {
  const socket = await withSocket(t, { query: "&b64=1" });
  socket.send(Buffer.from([1, 2, 3, 4]), "bAQIDBA==", "4text");
  assert.deepEqual(await socket.take(3), ["bAQIDBA==", "bAQIDBA==", "4text"]);
});

test("no cookie and no polling headers come with the 101", async (t) => {
  const socket = await withSocket(t);
  assert.equal(socket.upgradeHeaders["set-cookie"], undefined);
});
