import { describe } from "node:test";
import { test } from "../support/timed.mjs";
import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { Polling } from "../support/polling.mjs";
import { RawSocket } from "../support/websocket.mjs";
import { connectTo, pollingSocket, websocketSocket } from "../support/socketio.mjs";
import { separator } from "../support/http.mjs";
import { assertBetween, assertPlainClose, sessionGone } from "../support/expect.mjs";
import { delay, within } from "../support/wait.mjs";

const { http } = host("B");
const path = "/socket.io/";

async function open(t, options) {
  const socket = await RawSocket.open(http, { path, ...options });
  t.after(() => socket.close());
  return socket;
}

describe("sessions", { concurrency: 4 }, () => {
  test("the handshake announces the timing of server B", async (t) => {
    const { handshake } = await open(t);
    assert.deepEqual({ ...handshake, sid: "" }, { sid: "", upgrades: [], pingInterval: 300, pingTimeout: 200, maxPayload: 1000000 });
  });

  test("the CONNECT answer has the key sid alone, of 20 URL-safe characters, and it is not the engine's", async (t) => {
    const socket = await open(t);
    socket.send("40");
    const answer = JSON.parse((await socket.next()).slice(2));
    assert.deepEqual(Object.keys(answer), ["sid"]);
    assert.match(answer.sid, /^[A-Za-z0-9_-]{20}$/);
    assert.notEqual(answer.sid, socket.handshake.sid);
  });

  test("each namespace and each connection to it has an id of its own", async (t) => {
    const socket = await open(t);
    const ids = [await connectTo(socket, "/")];
    assert.equal(await socket.next(), '42["auth",{}]');
    ids.push(await connectTo(socket, "/custom"));
    assert.equal(await socket.next(), '42/custom,["auth",{}]');
    await socket.sendOneByOne("41");
    ids.push(await connectTo(socket, "/"));
    assert.equal(new Set(ids).size, 3);
  });

  test("nothing is joined by itself: the server sends nothing before CONNECT", async (t) => {
    const socket = await open(t);
    await delay(200);
    assert.deepEqual(socket.frames.items, []);
  });

  test("DISCONNECT gets no answer, and the connection stays open for another CONNECT", async (t) => {
    const socket = await open(t);
    await connectTo(socket, "/");
    await socket.next();
    await socket.sendOneByOne("41");
    await connectTo(socket, "/");
    assert.equal(await socket.next(), '42["auth",{}]');
  });

  test("DISCONNECT and CONNECT sent together are processed in order, or (Node) close the connection", async (t) => {
    const socket = await open(t);
    await connectTo(socket, "/");
    await socket.next();
    socket.ws._socket.cork();
    socket.send("41", "40");
    socket.ws._socket.uncork();
    const end = await within(Promise.race([socket.closed, socket.next()]), "an answer");
    if (typeof end === "string") assert.match(end, /^40\{"sid":/);
  });

  test("an event after DISCONNECT closes the connection", async (t) => {
    const socket = await open(t);
    await connectTo(socket, "/");
    await socket.sendOneByOne("41", '42["message",1]');
    assertPlainClose(await socket.closing());
    assert.deepEqual(socket.frames.items, ['42["auth",{}]']);
  });

  test("several namespaces share a connection, each with its own acks", async (t) => {
    const socket = await open(t);
    await connectTo(socket, "/");
    await socket.next();
    await connectTo(socket, "/custom");
    await socket.next();
    socket.send('420["message-with-ack",1]', "41/custom,", '421["message-with-ack",2]');
    assert.deepEqual(await socket.take(2), ["430[1]", "431[2]"]);
  });

  test("a connection that joins no namespace is closed after connectTimeout", async (t) => {
    const start = performance.now();
    const socket = await open(t);
    assertPlainClose(await socket.closing());
    assertBetween(performance.now() - start, 970, 1400, "close");
  });

  test("a connection whose only CONNECT was refused is closed after connectTimeout", async (t) => {
    const start = performance.now();
    const socket = await open(t);
    socket.send("40/random");
    assertPlainClose(await socket.closing());
    assertBetween(performance.now() - start, 970, 1400, "close");
  });

  test("on polling, too, connectTimeout closes the session", async () => {
    const start = performance.now();
    const polling = await Polling.open(http, { path });
    assert.equal(await polling.next(), "1");
    assertBetween(performance.now() - start, 970, 1400, "close");
    await sessionGone(polling);
  });

  test("a joined connection stays, and connectTimeout does not come back when it leaves", async (t) => {
    const socket = await open(t);
    await connectTo(socket, "/");
    socket.send("41");
    await delay(1300);
    assert.ok(socket.isOpen);
  });

  test("the first ping comes after 300 ms, and an unanswered one closes the session at 500 ms", async (t) => {
    const socket = await open(t, { autoPong: false });
    const start = socket.all[0].at;
    assert.equal(await socket.next(), "2");
    assertBetween(performance.now() - start, 270, 450, "ping");
    assertPlainClose(await socket.closing());
    assertBetween(performance.now() - start, 470, 650, "close");
  });

  test("polling: CONNECT before any GET, answered with everything in one payload", async () => {
    const polling = await Polling.open(http, { path });
    assert.equal((await polling.post("40")).body, "ok");
    const body = (await polling.get()).body;
    assert.match(body, /^40\{"sid":"[A-Za-z0-9_-]{20}"\}\u001e42\["auth",\{\}\]$/);
  });

  test("polling: CONNECT and an event in one payload are processed in order, or (Node) end the session", async () => {
    const polling = await Polling.open(http, { path });
    await polling.post(`40${separator}420["message-with-ack",1]`);
    const body = (await polling.get()).body;
    if (!/^6\u001e1$|^1$|"code":1/.test(body)) assert.match(body, /^40\{"sid":"[^"]+"\}\u001e42\["auth",\{\}\]\u001e430\[1\]$/);
  });

  test("polling: binary comes and goes as base64 behind its header", async () => {
    const polling = await pollingSocket(http);
    await polling.next();
    const header = `451-["message",{"_placeholder":true,"num":0}]`;
    await polling.post(`${header}${separator}bAQID`);
    assert.deepEqual(await polling.take(2), [header.replace("message", "message-back"), "bAQID"]);
  });

  test("polling: attachments may come in POSTs of their own, an empty one too", async () => {
    const polling = await pollingSocket(http);
    await polling.next();
    const header = (name) => `452-["${name}",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`;
    await polling.post(header("message"));
    await polling.post("bAQID");
    await polling.post("b");
    assert.deepEqual(await polling.take(3), [header("message-back"), "bAQID", "b"]);
  });

  test("polling: an invalid packet ends the session, after what was said before", async () => {
    const polling = await pollingSocket(http);
    await polling.next();
    await polling.post("4abc");
    const said = [];
    for (let response; (response = await within(polling.get(), "the end")).status === 200; ) said.push(response.body);
    assert.ok(["", "1", `6${separator}1`].includes(said.join("|")), JSON.stringify(said));
    await sessionGone(polling);
  });

  test("websocket: 1000 events with acks are answered in order", async (t) => {
    const socket = await websocketSocket(http);
    t.after(() => socket.close());
    await socket.next();
    socket.send(...Array.from({ length: 1000 }, (_, i) => `42${i}["message-with-ack",${i}]`));
    assert.deepEqual(await socket.take(1000), Array.from({ length: 1000 }, (_, i) => `43${i}[${i}]`));
  });

  test("headers and attachments stay together when many binary events are answered at once", async (t) => {
    const socket = await websocketSocket(http);
    t.after(() => socket.close());
    await socket.next();
    const count = 200;
    for (let i = 0; i < count; i++)
      socket.send(`452-["message",${i},{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`, Buffer.from([i]), Buffer.from([i, i]));
    const expected = Array.from({ length: count }, (_, i) => [
      `452-["message-back",${i},{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`, Buffer.from([i]), Buffer.from([i, i])]).flat();
    assert.deepEqual(await socket.take(count * 3), expected);
  });
});
