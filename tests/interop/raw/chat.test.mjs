// The raw WebSocket protocol with a plain client from npm, in one namespace with the official client. Node's own server has no such protocol.
import { describe } from "node:test";
import assert from "node:assert/strict";
import { WebSocket } from "ws";
import { test } from "../support/timed.mjs";
import { host } from "../support/hosts.mjs";
import { connected, connectorOf, inbox } from "../support/clients.mjs";
import { Inbox, within } from "../support/wait.mjs";

const server = host("B");

async function raw(t) {
  const ws = new WebSocket(`${server.ws}/ws`);
  const messages = new Inbox();
  ws.on("message", (data, binary) => messages.push(binary ? data : data.toString()));
  t.after(() => ws.terminate());
  await within(new Promise((resolve, reject) => ws.on("open", resolve).on("error", reject)), "the raw websocket");
  return { ws, send: (message) => ws.send(Buffer.isBuffer(message) ? message : JSON.stringify(message)), next: () => messages.next() };
}

async function joined(t, auth = {}) {
  const client = await raw(t);
  client.send({ auth });
  assert.match(await client.next(), /^\{"connected":\{"sid":"[\w-]{20}"\}\}$/);
  assert.equal(await client.next(), JSON.stringify({ event: "auth", data: auth }));
  return client;
}

function frame(json, ...attachments) {
  const part = (bytes) => Buffer.concat([Buffer.from(Uint32Array.of(bytes.length).buffer).swap32(), bytes]);
  return Buffer.concat([part(Buffer.from(JSON.stringify(json))), ...attachments.map(part)]);
}

describe("raw websocket", () => {
  test("a raw client and the official client chat", async (t) => {
    const official = connectorOf(t)(server);
    const heard = inbox(official, "said");
    await connected(official);
    const client = await joined(t);

    client.send({ event: "say", data: "from raw" });
    assert.equal(await client.next(), '{"event":"said","data":"from raw"}');
    assert.deepEqual(await heard.next(), ["from raw"]);

    official.emit("say", "from socket.io", { two: 2 });
    assert.deepEqual(await heard.next(), ["from socket.io", { two: 2 }]);
    assert.equal(await client.next(), '{"event":"said","args":["from socket.io",{"two":2}]}');

    client.send(frame({ event: "say", data: { _placeholder: true, num: 0 } }, Buffer.from([1, 2, 3])));
    assert.deepEqual(await heard.next(), [Buffer.from([1, 2, 3])]);
    assert.deepEqual(await client.next(), frame({ event: "said", data: { _placeholder: true, num: 0 } }, Buffer.from([1, 2, 3])));
  });

  test("an acknowledgement comes back, and what the client sent to authenticate arrives", async (t) => {
    const client = await joined(t, { token: "123" });
    client.send({ event: "message-with-ack", args: [1, "2", { 3: [false] }], id: 456 });
    assert.equal(await client.next(), '{"ack":456,"args":[1,"2",{"3":[false]}]}');
  });

  test("the client library answers the pings of the server", async (t) => {
    const client = await joined(t);
    let pings = 0;
    await within(new Promise((resolve) => client.ws.on("ping", () => ++pings === 4 && resolve())), "four pings");
    client.send({ event: "message-with-ack", data: "there", id: 0 });
    assert.equal(await client.next(), '{"ack":0,"data":"there"}');
  });
});
