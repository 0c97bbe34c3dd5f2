import { test } from "../support/timed.mjs";
import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { fetchRaw, send, sendHalf, separator } from "../support/http.mjs";
import { Polling } from "../support/polling.mjs";
import { assertEngineError, sessionGone } from "../support/expect.mjs";
import { delay, until, within } from "../support/wait.mjs";

const { http } = host("A");
const open = (options) => Polling.open(http, options);

test("a payload is packets joined by the record separator, in both directions", async () => {
  const polling = await open();
  await polling.post(["4hello", "bAQIDBA==", "4€😀"].join(separator));
  assert.equal((await polling.get()).body, ["4hello", "bAQIDBA==", "4€😀"].join(separator));
});

for (const [what, packet] of [["an empty message", "4"], ["an empty binary message", "b"], ["a NUL", "4\u0000"], ["a line feed", "4a\nb\r\n"]])
  test(`${what} is echoed as it came`, async () => {
    const polling = await open();
    await polling.post(packet);
    assert.equal((await polling.get()).body, packet);
  });

test("a GET with nothing to deliver is held until there is a packet", async () => {
  const polling = await open();
  const { response } = polling.hold();
  let answered = false;
  response.then(() => (answered = true));
  await delay(50);
  assert.equal(answered, false);
  await polling.post("4late");
  assert.equal((await within(response, "the held GET")).body, "4late");
});

test("a GET takes all buffered packets at once", async () => {
  const polling = await open();
  for (const packet of ["4a", "4b", "bAQ==", "4c"]) await polling.post(packet);
  assert.equal((await polling.get()).body, ["4a", "4b", "bAQ==", "4c"].join(separator));
});

test("a GET is answered as uncached UTF-8 text with its length", async () => {
  const polling = await open();
  await polling.post("4é");
  const response = await polling.get();
  assert.equal(response.status, 200);
  assert.equal(response.headers["content-type"], "text/plain; charset=UTF-8");
  assert.equal(response.headers["cache-control"], "no-store");
  assert.equal(response.headers["content-length"], "3");
});

test("a POST is answered ok, as uncached text/html of two bytes", async () => {
  const polling = await open();
  const response = await polling.post("4x");
  assert.equal(response.status, 200);
  assert.equal(response.body, "ok");
  assert.equal(response.headers["content-type"], "text/html");
  assert.equal(response.headers["content-length"], "2");
  assert.equal(response.headers["cache-control"], "no-store");
});

for (const type of ["text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "application/json", undefined])
  test(`a POST with ${type ? `content type ${type}` : "no content type"} is taken as text`, async () => {
    const polling = await open();
    const response = await polling.post("4é=&+%41", type ? { "content-type": type } : {});
    assert.equal(response.body, "ok");
    assert.equal((await polling.get()).body, "4é=&+%41");
  });

test("a POST of application/octet-stream is refused with 400 and no body, and ends the session", async () => {
  const polling = await open();
  const response = await polling.post("4x", { "content-type": "application/octet-stream" });
  assert.equal(response.status, 400);
  assert.equal(response.body, "");
  await sessionGone(polling);
});

test("a POST in chunks, cut inside a character, arrives whole", async () => {
  const polling = await open();
  const bytes = Buffer.from("4a€b");
  const { request, response } = send(polling.url, { method: "POST", headers: { "content-type": "text/plain" }, open: true });
  request.write(bytes.subarray(0, 3));
  await delay(20);
  request.end(bytes.subarray(3));
  assert.equal((await within(response, "ok")).body, "ok");
  assert.equal((await polling.get()).body, "4a€b");
});

test("a POST of exactly maxPayload bytes is accepted", async () => {
  const polling = await open();
  const message = "4" + "x".repeat(999_999);
  assert.equal((await polling.post(message)).body, "ok");
  assert.equal((await polling.get()).body, message);
});

test("a second GET while one is pending gets 400 with no body, the first a close packet, and the session ends", async () => {
  const polling = await open();
  // whichever is the first at the server
  const answers = await within(Promise.all([polling.hold().response, polling.hold().response]), "the answers to both");
  assert.deepEqual(answers.map(({ status, body }) => [status, body]).sort(), [[200, "1"], [400, ""]]);
  assertEngineError(await polling.get(), 1);
});

test("a second POST while one is being received gets 400, and the session ends", async () => {
  const polling = await open();
  const { ended } = sendHalf(polling.url, { headers: { "content-type": "text/plain", "content-length": "10" }, part: "4abc" });
  let second;
  do second = await polling.post("4x");
  while (second.status === 200); // the server had nothing of the first one yet
  assert.equal(second.status, 400);
  assert.equal(second.body, "", "the session ended by itself");
  const first = await within(ended, "the end of the first POST");
  assert.ok(first.error || first.status >= 400, "the first POST must not succeed");
  await sessionGone(polling);
});

test("a GET broken off by the client ends the session", async () => {
  const polling = await open();
  const { request } = await polling.holdAtServer();
  request.destroy();
  await sessionGone(polling);
});

test("a POST broken off by the client ends the session", async () => {
  const polling = await open();
  const { request } = sendHalf(polling.url, { headers: { "content-type": "text/plain", "content-length": "10" }, part: "4abc" });
  await delay(50);
  request.destroy();
  await sessionGone(polling);
});

for (const [what, body] of [["abc", "abc"], ["type 7", "7"], ["type 9", "9x"], ["an empty body", ""], ["a trailing separator", `4x${separator}`], ["a ping", "2"]])
  test(`${what} in a POST ends the session`, async () => {
    const polling = await open();
    const { status } = await polling.post(body);
    assert.ok(status === 200 || status === 400, `status ${status}`);
    await sessionGone(polling);
  });

for (const packet of ["0", "3", "5", "6", "3probe"])
  test(`packet ${packet} on an established session is ignored`, async () => {
    const polling = await open();
    assert.equal((await polling.post(`${packet}${separator}4x`)).body, "ok");
    assert.equal((await polling.get()).body, "4x");
  });

test("a close packet answers the pending GET with a noop and ends the session", async () => {
  const polling = await open();
  const { response } = await polling.holdAtServer();
  assert.equal((await polling.post("1")).body, "ok");
  assert.equal((await within(response, "the pending GET")).body, "6");
  assertEngineError(await polling.get(), 1);
});

test("a close packet without a pending GET ends the session", async () => {
  const polling = await open();
  assert.equal((await polling.post("1")).body, "ok");
  assertEngineError(await polling.get(), 1);
});

test("packets behind a close packet are ignored", async () => {
  const polling = await open();
  assert.equal((await polling.post(["1", "4x", "abc"].join(separator))).body, "ok");
  assertEngineError(await polling.get(), 1);
});

test("1000 messages in 10 POSTs come back in order", async () => {
  const polling = await open();
  const messages = Array.from({ length: 1000 }, (_, i) => `4${i}`);
  const sending = (async () => {
    for (let i = 0; i < 1000; i += 100) await polling.post(messages.slice(i, i + 100).join(separator));
  })();
  const received = [];
  while (received.length < 1000) {
    const packets = (await polling.get()).body.split(separator);
    received.push(...packets.filter((packet) => packet !== "2"));
    if (packets.includes("2")) await until(async () => (await sending, (await polling.post("3")).status === 200), "a pong");
  }
  await sending;
  assert.deepEqual(received, messages);
});

for (const agent of ["Mozilla/5.0 (compatible;MSIE 10.0)", "Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0)"])
  test(`${agent} is told to keep its XSS filter off`, async () => {
    const polling = await open({ headers: { "user-agent": agent } });
    assert.equal(polling.handshakeResponse.headers["x-xss-protection"], "0");
    const other = await open({ headers: { "user-agent": "Mozilla/5.0 Firefox/130.0" } });
    assert.equal(other.handshakeResponse.headers["x-xss-protection"], undefined);
  });

test("a request can keep its connection for the next one", async () => {
  const polling = await open();
  const response = await fetchRaw(polling.url, { method: "POST", body: "4x", headers: { connection: "keep-alive" } });
  assert.equal(response.body, "ok");
  assert.notEqual(response.headers.connection, "close");
});
