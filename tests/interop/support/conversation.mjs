// Table-driven conversations on a raw websocket with server B.
import assert from "node:assert/strict";
import { RawSocket } from "./websocket.mjs";
import { host } from "./hosts.mjs";
import { assertPlainClose } from "./expect.mjs";
import { within } from "./wait.mjs";

export const joined = ['40{"sid":"…"}', '42["auth",{}]'];

const readable = (frame) =>
  Buffer.isBuffer(frame) ? `<${frame.toString("hex")}>` : frame.replace(/^(40[^{]*\{"sid":)"[A-Za-z0-9_-]{20}"/, '$1"…"');

// A server may pass JSON on as it came or write it anew: the same value either way.
const meaning = (frame) => {
  const json = typeof frame === "string" ? frame.indexOf("[") : -1;
  return json < 0 ? frame : frame.slice(0, json) + JSON.stringify(JSON.parse(frame.slice(json)));
};

/** Sends the frames, compares what comes back, and then asks whether the connection is still open. */
export async function converse({ send, expect, then }) {
  const socket = await RawSocket.open(host("B").http, { path: "/socket.io/" });
  try {
    await socket.sendOneByOne(...send);
    const received = [];
    const more = async () => received.push(readable(await socket.next(`frame ${received.length + 1} after ${readable(send.at(-1))}`)));
    if (then === "closed") {
      assertPlainClose(await socket.closing(`the close after ${readable(send.at(-1))}`));
      while (socket.frames.items.length) await more();
      return assert.deepEqual(received.map(meaning), expect.map(meaning));
    }
    while (received.length < expect.length) {
      if (!socket.isOpen && !socket.frames.items.length) assert.fail(`closed after ${JSON.stringify(received)}`);
      await more();
    }
    assert.deepEqual(received.map(meaning), expect.map(meaning));
    const open = await isOpen(socket);
    if (then === "open") assert.ok(open, "the connection was closed");
  } finally {
    socket.close();
  }
}

async function isOpen(socket) {
  socket.send("40/custom");
  const answer = await within(Promise.race([socket.next(), socket.closed]), "an answer of the connection");
  return typeof answer === "string" && answer.startsWith('40/custom,{"sid":');
}
