import { describe } from "node:test";
import { test } from "../support/timed.mjs";
import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { Polling } from "../support/polling.mjs";
import { RawSocket } from "../support/websocket.mjs";
import { assertBetween, assertEngineError, assertPlainClose, sessionGone } from "../support/expect.mjs";
import { delay, within } from "../support/wait.mjs";

const { http } = host("A");
const early = 30; // timers of both sides round
const late = 200; // a busy machine

async function timed(t, options = {}) {
  const socket = await RawSocket.open(http, { autoPong: false, ...options });
  t.after(() => socket.close());
  const start = socket.all[0].at;
  const since = (at = performance.now()) => at - start;
  return { socket, since };
}

const assertAround = (value, expected, what) => assertBetween(value, expected - early, expected + late, what);

// the server's clock starts somewhere between the two moments
function assertPinged(before, after, now = performance.now()) {
  assert.ok(now - before >= 300 - early && now - after <= 300 + late, `ping: ${Math.round(now - before)} ms after the handshake`);
}

describe("heartbeat", { concurrency: true }, () => {
  test("the first ping comes pingInterval after the handshake, the next ones pingInterval after each pong", async (t) => {
    const { socket, since } = await timed(t);
    assert.equal(await socket.next(), "2");
    assertAround(since(), 300, "first ping");
    await delay(100);
    const pong = since();
    socket.send("3");
    assert.equal(await socket.next(), "2");
    assertAround(since() - pong, 300, "second ping after the pong");
    socket.send("3");
    assert.equal(await socket.next(), "2");
  });

  test("without a pong the websocket is closed pingTimeout after the ping, and only one ping is sent", async (t) => {
    const { socket, since } = await timed(t);
    assertPlainClose(await socket.closing());
    assertAround(since(), 500, "close");
    assert.deepEqual(socket.frames.items, ["2"]);
  });

  test("other traffic before the ping does not move it", async (t) => {
    const { socket, since } = await timed(t);
    for (let i = 0; i < 4; i++) {
      await delay(40);
      socket.send("4x");
    }
    assert.deepEqual(await socket.take(5), ["4x", "4x", "4x", "4x", "2"]);
    assertAround(since(), 300, "ping");
  });

  test("while a pong is awaited, the first other packet restarts pingTimeout once, further ones do not", async (t) => {
    const { socket, since } = await timed(t);
    assert.equal(await socket.next(), "2");
    const ping = since();
    await delay(120);
    socket.send("4x");
    const refreshed = since();
    for (let i = 0; i < 6; i++) {
      await delay(40);
      socket.send("4y");
    }
    assertPlainClose(await socket.closing());
    assertAround(since(), refreshed + 200, `close (the ping came at ${Math.round(ping)})`);
  });

  test("a pong that nobody asked for changes nothing but the moment of the next ping", async (t) => {
    const { socket, since } = await timed(t);
    await delay(100);
    socket.send("3");
    assert.equal(await socket.next(), "2");
    assertBetween(since(), 270, 400 + late, "ping");
  });

  test("with polling the pending GET is answered with the ping", async () => {
    const before = performance.now();
    const polling = await Polling.open(http);
    const after = performance.now();
    assert.equal((await polling.get()).body, "2");
    assertPinged(before, after);
  });

  test("with polling the ping waits for the next GET, and a pong in time keeps the session", async () => {
    const polling = await Polling.open(http);
    await delay(400);
    assert.equal((await polling.get()).body, "2");
    assert.equal((await polling.post("3")).body, "ok");
    await delay(200);
    assert.ok(await polling.isAlive());
  });

  test("with polling the timeout runs even when no GET is pending", async () => {
    const polling = await Polling.open(http);
    await delay(300 + 200 + late);
    assertEngineError(await polling.get(), 1);
  });

  test("with polling a GET that is pending at the timeout is let go", async () => {
    const polling = await Polling.open(http);
    assert.equal((await polling.get()).body, "2");
    const response = await within(polling.hold().response, "the release of the GET");
    assert.ok(response.status === 400 || ["1", "6", `6\x1e1`].includes(response.body), `${response.status} ${response.body}`);
    await sessionGone(polling);
  });

  test("an upgrade takes the pong over: asked for on polling, given on the websocket", async (t) => {
    const polling = await Polling.open(http);
    assert.equal((await polling.get()).body, "2");
    const socket = new RawSocket(polling.websocketUrl());
    socket.autoPong = true;
    t.after(() => socket.close());
    await socket.opened;
    socket.send("2probe");
    assert.equal(await socket.next(), "3probe");
    socket.send("5", "3", "4x");
    assert.equal(await socket.next(), "4x");
    await delay(450);
    socket.send("4y");
    assert.equal(await socket.next(), "4y");
  });

  test("an upgrade does not move the next ping", async (t) => {
    const before = performance.now();
    const polling = await Polling.open(http);
    const after = performance.now();
    await delay(150);
    const socket = new RawSocket(polling.websocketUrl());
    t.after(() => socket.close());
    await socket.opened;
    socket.send("2probe");
    assert.equal(await socket.next(), "3probe");
    socket.send("5");
    assert.equal(await socket.next(), "2");
    assertPinged(before, after);
  });
});
