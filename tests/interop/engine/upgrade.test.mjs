import { test } from "../support/timed.mjs";
import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { fetchRaw, separator } from "../support/http.mjs";
import { Polling } from "../support/polling.mjs";
import { attempt, RawSocket } from "../support/websocket.mjs";
import { assertBetween, assertEngineError, assertPlainClose } from "../support/expect.mjs";
import { within } from "../support/wait.mjs";

const { http } = host("A");

async function openBoth(t) {
  const polling = await Polling.open(http);
  const socket = new RawSocket(polling.websocketUrl());
  socket.autoPong = true;
  t.after(() => socket.close());
  await within(socket.opened, "the websocket of the upgrade");
  return { polling, socket };
}

async function probe(socket) {
  socket.send("2probe");
  assert.equal(await socket.next(), "3probe");
}

async function assertPollingWorks(polling) {
  assert.equal((await polling.post("4via polling")).body, "ok");
  assert.equal(await polling.next(), "4via polling");
}

async function assertWebsocketWorks(socket) {
  socket.send("4via websocket");
  assert.equal(await socket.next(), "4via websocket");
}

test("the whole sequence: probe, release of the pending GET, upgrade, messages on the websocket", async (t) => {
  const { polling, socket } = await openBoth(t);
  const pending = polling.hold();
  await probe(socket);
  const start = performance.now();
  assert.equal((await within(pending.response, "the pending GET")).body, "6");
  assertBetween(performance.now() - start, 0, 600, "release of the pending GET");
  socket.send("5", Buffer.from([1, 2]), "4text");
  assert.deepEqual(await socket.take(2), [Buffer.from([1, 2]), "4text"]);
  assert.ok(socket.all.every(({ frame }) => frame !== "6"));
});

test("every GET during the upgrade is released, not only the first", async (t) => {
  const { polling, socket } = await openBoth(t);
  await probe(socket);
  for (let i = 0; i < 2; i++) assert.equal((await polling.get()).body, "6");
  socket.send("5");
  await assertWebsocketWorks(socket);
});

test("messages keep flowing on polling while the upgrade goes on", async (t) => {
  const { polling, socket } = await openBoth(t);
  await assertPollingWorks(polling);
  await probe(socket);
  assert.equal((await polling.post(`4a${separator}4b`)).body, "ok");
  assert.equal((await polling.get()).body, `4a${separator}4b`);
  await assertPollingWorks(polling);
  socket.send("5");
  await assertWebsocketWorks(socket);
});

test("packets buffered when the upgrade completes come on the websocket, in order", async (t) => {
  const { polling, socket } = await openBoth(t);
  await probe(socket);
  await polling.post(["4a", "bAQI=", "4c"].join(separator));
  await polling.post("4d");
  socket.send("5", "4e");
  assert.deepEqual(await socket.take(5), ["4a", Buffer.from([1, 2]), "4c", "4d", "4e"]);
});

test("a GET still pending at the upgrade packet is released without taking a message with it", async (t) => {
  const { polling, socket } = await openBoth(t);
  await probe(socket);
  const pending = polling.hold();
  socket.send("5", "4x");
  assert.equal(await socket.next(), "4x");
  const response = await within(pending.response, "the pending GET");
  assert.ok(response.body === "6" || response.status === 400, `${response.status} ${response.body}`);
});

test("after the upgrade polling requests are refused with code 3, and the websocket goes on", async (t) => {
  const { polling, socket } = await openBoth(t);
  await probe(socket);
  socket.send("5");
  await assertWebsocketWorks(socket);
  assertEngineError(await polling.get(), 3);
  assertEngineError(await polling.post("4lost"), 3);
  await assertWebsocketWorks(socket);
});

const wrongFrames = ["2", "2foo", "2probe2", "4early", "1", "3probe", "6", "abc", "", Buffer.from([1])];

for (const frame of wrongFrames) {
  test(`${JSON.stringify(frame)} instead of the probe closes that websocket, and polling goes on`, async (t) => {
    const { polling, socket } = await openBoth(t);
    socket.send(frame);
    assertPlainClose(await socket.closing());
    await assertPollingWorks(polling);
  });

  test(`${JSON.stringify(frame)} instead of the upgrade packet closes that websocket, and polling goes on`, async (t) => {
    const { polling, socket } = await openBoth(t);
    await probe(socket);
    socket.send(frame);
    assertPlainClose(await socket.closing());
    await assertPollingWorks(polling);
  });
}

test("an upgrade packet without a probe is either accepted or refused with polling unharmed", async (t) => {
  const { polling, socket } = await openBoth(t);
  socket.send("5", "4x");
  const end = await within(Promise.race([socket.closed, socket.next()]), "the echo or the close");
  if (end !== "4x") await assertPollingWorks(polling);
});

test("a lost websocket leaves the polling session as it was, and the next upgrade succeeds", async (t) => {
  const { polling, socket } = await openBoth(t);
  await probe(socket);
  socket.close();
  await assertPollingWorks(polling);
  let second;
  for (const end = performance.now() + 2000; !second && performance.now() < end; ) {
    const { open } = await attempt(polling.websocketUrl());
    if (!open) continue;
    open.autoPong = true;
    open.send("2probe");
    const answer = await within(Promise.race([open.closed, open.next()]), "the answer to the probe");
    if (answer === "3probe") second = open; // else the server had not seen the loss yet
  }
  t.after(() => second.close());
  second.send("5");
  await assertWebsocketWorks(second);
});

async function assertSecondRefused(polling) {
  const answer = await attempt(polling.websocketUrl());
  if (answer.open) assertPlainClose(await answer.open.closing());
  else assert.equal(answer.status, 400);
}

test("a second websocket during an upgrade is turned away, and the first completes", async (t) => {
  const { polling, socket } = await openBoth(t);
  await probe(socket);
  await assertSecondRefused(polling);
  await assertPollingWorks(polling);
  socket.send("5");
  await assertWebsocketWorks(socket);
});

test("a second websocket after the upgrade is turned away, and the first goes on", async (t) => {
  const { polling, socket } = await openBoth(t);
  await probe(socket);
  socket.send("5");
  await assertWebsocketWorks(socket);
  await assertSecondRefused(polling);
  await assertWebsocketWorks(socket);
});

test("a websocket with the sid of a direct websocket session does not disturb the first one", async (t) => {
  const socket = await RawSocket.open(http);
  t.after(() => socket.close());
  const answer = await attempt(`${http.replace("http", "ws")}/engine.io/?EIO=4&transport=websocket&sid=${socket.handshake.sid}`);
  // turned away, or (Node) let in as if there were something to upgrade
  if (answer.open) t.after(() => answer.open.close());
  else assert.equal(answer.status, 400);
  await assertWebsocketWorks(socket);
});

for (const step of ["before", "after"])
  test(`a session closed ${step} the probe takes the new websocket with it`, async (t) => {
    const { polling, socket } = await openBoth(t);
    if (step === "after") await probe(socket);
    assert.equal((await polling.post("1")).body, "ok");
    assertPlainClose(await socket.closing());
    assertEngineError(await fetchRaw(polling.url), 1);
  });

test("a client that closes the websocket after the upgrade ends the session", async (t) => {
  const { polling, socket } = await openBoth(t);
  await probe(socket);
  socket.send("5");
  await assertWebsocketWorks(socket);
  socket.ws.close();
  await socket.closing();
  await within((async () => {
    while ((await polling.get()).body !== '{"code":1,"message":"Session ID unknown"}');
  })(), "the end of the session");
});
