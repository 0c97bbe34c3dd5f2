import { test } from "../support/timed.mjs";
import assert from "node:assert/strict";
import net from "node:net";
import { host } from "../support/hosts.mjs";
import { fetchRaw } from "../support/http.mjs";
import { Polling } from "../support/polling.mjs";
import { attempt, RawSocket } from "../support/websocket.mjs";
import { assertEngineError, assertPlainClose } from "../support/expect.mjs";
import { within } from "../support/wait.mjs";

const { http, ws, port } = host("A");
const url = (query) => `${http}/engine.io/?${query}`;

const withoutSession = [
  ["an unknown transport", "GET", "EIO=4&transport=tcp", 0],
  ["no transport", "GET", "EIO=4", 0],
  ["transport=webtransport", "GET", "EIO=4&transport=webtransport", 0],
  ["a transport named like a property of every object", "GET", "EIO=4&transport=constructor", 0],
  ["an unknown sid", "GET", "EIO=4&transport=polling&sid=abc", 1],
  ["the sid __proto__", "GET", "EIO=4&transport=polling&sid=__proto__", 1],
  ["the sid constructor", "GET", "EIO=4&transport=polling&sid=constructor", 1],
  ["an unknown sid in a POST", "POST", "EIO=4&transport=polling&sid=abc", 1],
  ["a handshake by POST", "POST", "EIO=4&transport=polling", 2],
  ["a handshake by PUT", "PUT", "EIO=4&transport=polling", 2],
  ["a handshake by DELETE", "DELETE", "EIO=4&transport=polling", 2],
  ["a websocket handshake by POST (the method is judged first)", "POST", "EIO=4&transport=websocket", 2],
  ["transport=websocket without an upgrade", "GET", "EIO=4&transport=websocket", 3],
  ["no EIO", "GET", "transport=polling", 5],
  ["EIO=3", "GET", "EIO=3&transport=polling", 5],
  ["EIO=5", "GET", "EIO=5&transport=polling", 5],
  ["EIO=04", "GET", "EIO=04&transport=polling", 5],
  ["an unknown transport and an unknown sid (the transport is judged first)", "GET", "EIO=4&transport=tcp&sid=abc", 0],
  ["a POST with a wrong EIO (the method is judged first)", "POST", "EIO=3&transport=polling", 2],
];

for (const [what, method, query, code] of withoutSession)
  test(`${what} is refused with code ${code}`, async () => {
    assertEngineError(await fetchRaw(url(query), { method }), code);
  });

const withSession = [
  ["GET", "EIO=4&transport=websocket", 3],
  ["GET", "EIO=3&transport=polling", 3],
  ["GET", "transport=polling", 3],
  ["POST", "EIO=3&transport=polling", 3],
  ["GET", "EIO=4", 0],
  ["GET", "EIO=4&transport=tcp", 0],
];

for (const [method, query, code] of withSession)
  test(`${method} ?${query} with the sid of a polling session is refused with code ${code}, and the session lives on`, async () => {
    const polling = await Polling.open(http);
    assertEngineError(await fetchRaw(url(`${query}&sid=${polling.sid}`), { method, ...(method === "POST" && { body: "4x" }) }), code);
    assert.ok(await polling.isAlive());
  });

for (const method of ["PUT", "DELETE"])
  test(`${method} with a valid sid is answered 500 with no body, and the session lives on`, async () => {
    const polling = await Polling.open(http);
    const response = await fetchRaw(polling.url, { method });
    assert.equal(response.status, 500);
    assert.equal(response.body, "");
    assert.ok(await polling.isAlive());
  });

test("errors carry the CORS headers", async () => {
  const response = await fetchRaw(url("EIO=4&transport=polling&sid=abc"), { headers: { origin: "https://example.org" } });
  assert.equal(response.headers["access-control-allow-origin"], "*");
});

test("an Origin with control characters is refused with 400", async () => {
  const socket = net.connect(port, "127.0.0.1");
  socket.write("GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: http://a\u0001b\r\n\r\n");
  const chunks = await within(socket.toArray(), "an answer");
  assert.match(Buffer.concat(chunks).toString(), /^HTTP\/1\.1 400 /);
});

const upgrades = [
  ["an unknown transport", "EIO=4&transport=tcp", "Transport unknown"],
  ["transport=webtransport", "EIO=4&transport=webtransport", "Transport unknown"],
  ["no transport", "EIO=4", "Transport unknown"],
  ["an unknown sid", "EIO=4&transport=websocket&sid=abc", "Session ID unknown"],
  ["the sid __proto__", "EIO=4&transport=websocket&sid=__proto__", "Session ID unknown"],
  ["transport=polling and an unknown sid", "EIO=4&transport=polling&sid=abc", "Session ID unknown"],
];

async function assertRefused(target, message) {
  const { status, headers, body } = await attempt(target);
  assert.equal(status, 400);
  assert.equal(body, message);
  assert.equal(headers["content-type"], "text/html");
  assert.equal(headers["content-length"], String(message.length));
  assert.equal(headers.connection?.toLowerCase(), "close");
}

for (const [what, query, message] of upgrades)
  test(`an upgrade request with ${what} is refused with 400 and the text ${message}`, () =>
    assertRefused(`${ws}/engine.io/?${query}`, message));

for (const query of ["EIO=3", "EIO=5"])
  test(`an upgrade request with the sid of a polling session and ${query} is refused with 400`, async () => {
    const polling = await Polling.open(http);
    await assertRefused(polling.websocketUrl(query), "Bad request");
    assert.ok(await polling.isAlive());
  });

for (const query of ["EIO=3&transport=websocket", "EIO=5&transport=websocket", "transport=websocket", "EIO=4&transport=polling"])
  test(`a websocket handshake with ?${query} gets no session`, async () => {
    // refused with 400 before the 101, or (Node) broken off after it
    const socket = new RawSocket(`${ws}/engine.io/?${query}`);
    const end = await within(Promise.race([socket.refused, socket.closed]), "a refusal");
    if (end.status) assert.equal(end.status, 400);
    else assertPlainClose(end.code);
    assert.deepEqual(socket.all, []);
  });
