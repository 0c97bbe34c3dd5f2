// What each profile changes on the wire: limits, transports, cookies, timers, refusals.
import { describe, test } from "node:test";
import { test as timedTest } from "../support/timed.mjs";
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { host } from "../support/hosts.mjs";
import { fetchRaw, send } from "../support/http.mjs";
import { Polling } from "../support/polling.mjs";
import { pollingSocket, websocketSocket } from "../support/socketio.mjs";
import { attempt, RawSocket } from "../support/websocket.mjs";
import { rpc } from "../support/rpc.mjs";
import { assertBetween, assertEngineError, assertPlainClose, errors, sessionGone } from "../support/expect.mjs";
import { within } from "../support/wait.mjs";

const { http, ws } = host("D");
const at = (profile) => ({ path: profile === "default" ? "/socket.io/" : `/p/${profile}/` });

describe("profiles on the wire", { concurrency: 4 }, () => {
  const announced = {
    default: {}, fast: { pingInterval: 300, pingTimeout: 200 }, small: { maxPayload: 1000 }, pollonly: { upgrades: [] },
    noup: { upgrades: [] }, cors: {}, corsany: {}, cookie: {}, ct: {}, upto: {}, deflate: {}, cleanup: {}, noslash: {},
  };
  for (const [profile, changes] of Object.entries(announced))
    test(`${profile} announces ${Object.keys(changes).length ? JSON.stringify(changes) : "Node's defaults"}`, async () => {
      const { handshake } = await Polling.open(http, at(profile));
      assert.deepEqual({ ...handshake, sid: "" },
        { sid: "", upgrades: ["websocket"], pingInterval: 25000, pingTimeout: 20000, maxPayload: 1000000, ...changes });
    });

  test("profiles are servers of their own: a session of one is unknown to another", async () => {
    const polling = await Polling.open(http, at("default"));
    assertEngineError(await fetchRaw(`${http}/p/fast/?EIO=4&transport=polling&sid=${polling.sid}`), 1);
  });

  // --- transports
  test("wsonly refuses polling with code 0", async () => assertEngineError(await fetchRaw(`${http}/p/wsonly/?EIO=4&transport=polling`), 0));
  test("wsonly accepts websocket", async () => (await websocketSocket(http, at("wsonly"))).close());
  // Node does not listen to upgrade requests at all then, and breaks the connection off
  const assertNoWebsocket = ({ open, status, body, error }) => {
    assert.equal(open, undefined);
    if (!error) assert.deepEqual([status, body], [400, "Transport unknown"]);
  };
  test("pollonly refuses websocket", async () => assertNoWebsocket(await attempt(`${ws}/p/pollonly/?EIO=4&transport=websocket`)));
  test("pollonly refuses the upgrade of a session", async () => {
    const polling = await Polling.open(http, at("pollonly"));
    assertNoWebsocket(await attempt(polling.websocketUrl()));
    assert.ok(await polling.isAlive());
  });
  test("noup offers no upgrade, and still accepts a direct websocket", async () => (await websocketSocket(http, at("noup"))).close());
  test("noup does not break when a client upgrades all the same (Node allows it, a refusal is fine)", async (t) => {
    const polling = await pollingSocket(http, at("noup"));
    const answer = await attempt(polling.websocketUrl());
    if (answer.open) t.after(() => answer.open.close());
    else assert.equal(answer.status, 400);
    assert.ok(await polling.isAlive());
  });

  // --- allowRequest
  test("forbid refuses polling with 403 and its own message under code 4", async () => {
    const response = await fetchRaw(`${http}/p/forbid/?EIO=4&transport=polling`);
    assert.deepEqual([response.status, response.body], [403, '{"code":4,"message":"Thou shall not pass"}']);
    assert.match(response.headers["content-type"], /^application\/json/);
  });
  test("forbid refuses websocket with 400 and its own message as text", async () => {
    const { status, body, headers } = await attempt(`${ws}/p/forbid/?EIO=4&transport=websocket`);
    assert.deepEqual([status, body, headers["content-type"]], [400, "Thou shall not pass", "text/html"]);
  });
  test("forbid judges the transport, the sid and the method first", async () => {
    assertEngineError(await fetchRaw(`${http}/p/forbid/?EIO=4&transport=tcp`), 0);
    assertEngineError(await fetchRaw(`${http}/p/forbid/?EIO=4&transport=polling&sid=x`), 1);
    assertEngineError(await fetchRaw(`${http}/p/forbid/?EIO=4&transport=polling`, { method: "POST", body: "40" }), 2);
  });

  // --- maxHttpBufferSize
  const filled = (length) => `42["echo-back","${"x".repeat(length - '42["echo-back",""]'.length)}"]`;
  test("small: a POST of 1000 bytes is accepted", async () => {
    const polling = await pollingSocket(http, at("small"));
    assert.equal((await polling.post(filled(1000))).body, "ok");
    assert.equal(await polling.next(), filled(1000));
  });
  test("small: a POST of 1001 bytes gets 413 with no body, and the session survives", async () => {
    const polling = await pollingSocket(http, at("small"));
    const response = await polling.post(filled(1001));
    assert.deepEqual([response.status, response.body], [413, ""]);
    assert.equal((await polling.post(filled(100))).body, "ok");
    assert.equal(await polling.next(), filled(100));
  });
  test("small: bytes count, not characters", async () => {
    const polling = await pollingSocket(http, at("small"));
    assert.equal((await polling.post(`42["echo-back","${"é".repeat(500)}"]`)).status, 413);
  });
  test("small: a chunked POST is counted while it comes", async () => {
    const polling = await pollingSocket(http, at("small"));
    const { request, response } = send(polling.url, { method: "POST", headers: { "content-type": "text/plain" }, open: true });
    for (let i = 0; i < 3; i++) request.write("x".repeat(400));
    request.end();
    assert.equal((await within(response, "the answer to the POST")).status, 413);
    assert.ok(await polling.isAlive());
  });
  test("small: 413 carries the size limit of the body alone, whatever the packets in it", async () => {
    const polling = await pollingSocket(http, at("small"));
    const packet = filled(400);
    assert.equal((await polling.post([packet, packet, packet].join("\x1e"))).status, 413);
    assert.equal((await polling.post([packet, packet].join("\x1e"))).status, 200);
    assert.deepEqual(await polling.take(2), [packet, packet]);
  });
  for (const frame of [filled(1001), Buffer.alloc(1001)])
    test(`small: a ${typeof frame === "string" ? "text" : "binary"} frame of 1001 bytes closes with 1009`, async () => {
      const socket = await websocketSocket(http, at("small"));
      socket.send(frame);
      assert.equal(await socket.closing(), 1009);
    });
  test("small: frames of 1000 bytes pass", async (t) => {
    const socket = await websocketSocket(http, at("small"));
    t.after(() => socket.close());
    socket.send(filled(1000), '451-["echo-back",{"_placeholder":true,"num":0}]', Buffer.alloc(1000, 1));
    assert.deepEqual(await socket.take(3), [filled(1000), '451-["echo-back",{"_placeholder":true,"num":0}]', Buffer.alloc(1000, 1)]);
  });
  test("small: a message in fragments is measured as a whole", async () => {
    const socket = await websocketSocket(http, at("small"));
    socket.ws.send(filled(1200).slice(0, 600), { fin: false });
    socket.ws.send(filled(1200).slice(600), { fin: true });
    assert.equal(await socket.closing(), 1009);
  });
  test("small: the limit is for what comes in, not for what goes out", async () => {
    const polling = await pollingSocket(http, at("small"));
    await rpc("small").socketEmit({ id: polling.id, ev: "x", args: ["y".repeat(5000)] });
    assert.equal(await polling.next(), `42["x","${"y".repeat(5000)}"]`);
  });

  // --- cookies
  const cookieOf = (response) => response.headers["set-cookie"];
  test("cookie: the polling handshake sets io=<sid>; Path=/; HttpOnly; SameSite=Lax", async () => {
    const polling = await Polling.open(http, at("cookie"));
    assert.deepEqual(cookieOf(polling.handshakeResponse), [`io=${polling.sid}; Path=/; HttpOnly; SameSite=Lax`]);
  });
  test("cookie2: name, path, no HttpOnly, strict, max age", async () => {
    const polling = await Polling.open(http, { path: "/custom/" });
    assert.deepEqual(cookieOf(polling.handshakeResponse), [`test=${polling.sid}; Max-Age=3600; Path=/custom; SameSite=Strict`]);
  });
  test("cookie: later responses and errors set none", async () => {
    const polling = await pollingSocket(http, at("cookie"));
    await rpc("cookie").socketEmit({ id: polling.id, ev: "x" });
    for (const response of [await polling.get(), await polling.post("6"), await fetchRaw(`${http}/p/cookie/?EIO=4&transport=polling&sid=x`)])
      assert.equal(cookieOf(response), undefined);
  });
  test("cookie: a websocket handshake sets none", async () => {
    const socket = await RawSocket.open(http, at("cookie"));
    assert.equal(socket.upgradeHeaders["set-cookie"], undefined);
    socket.close();
  });
  test("default: no cookie", async () => {
    assert.equal(cookieOf((await Polling.open(http, at("default"))).handshakeResponse), undefined);
  });

  // --- timers
  timedTest("ct: a websocket that joins nothing is closed after 500 ms", async () => {
    const start = performance.now();
    const socket = await RawSocket.open(http, at("ct"));
    assertPlainClose(await socket.closing());
    assertBetween(performance.now() - start, 470, 800, "close");
  });
  timedTest("ct: a polling session that joins nothing is closed after 500 ms", async () => {
    const start = performance.now();
    const polling = await Polling.open(http, at("ct"));
    assert.equal((await polling.get()).body, "1");
    assertBetween(performance.now() - start, 470, 900, "close");
    await sessionGone(polling);
  });
  timedTest("ct: a CONNECT still held in a middleware does not count, one that succeeded in time does", async (t) => {
    const socket = await websocketSocket(http, { ...at("ct"), nsp: "/slow" });
    t.after(() => socket.close());
    const result = await Promise.race([socket.closed, new Promise((resolve) => setTimeout(resolve, 700, "open"))]);
    assert.equal(result, "open");
  });
  timedTest("ct: refused CONNECTs do not count", async () => {
    const socket = await RawSocket.open(http, at("ct"));
    socket.send("40/reject", "40/reject-plain", "40/nowhere");
    assertPlainClose(await socket.closing());
    assert.deepEqual(socket.frames.items.sort(), [
      '44/nowhere,{"message":"Invalid namespace"}',
      '44/reject,{"message":"Authentication error","data":{"a":"b","c":3}}',
      '44/reject-plain,{"message":"plain"}',
    ]);
  });
  timedTest("fast: pings after 300 ms, closes after 500 ms, and the reason is ping timeout", async () => {
    const socket = await websocketSocket(http, { ...at("fast"), autoPong: false });
    const start = socket.all[0].at;
    assert.equal(await socket.next(), "2");
    assertBetween(performance.now() - start, 270, 450, "ping");
    assertPlainClose(await socket.closing());
    assertBetween(performance.now() - start, 470, 650, "close");
    const { reason } = (await rpc("fast").log({ id: socket.id })).find(({ t }) => t === "disconnect");
    assert.equal(reason, "ping timeout");
  });

  // --- paths
  test("noslash: the path works without and with a trailing slash", async () => {
    for (const path of ["/p/noslash", "/p/noslash/"]) {
      assert.equal((await pollingSocket(http, { path })).id.length, 20);
      (await websocketSocket(http, { path })).close();
    }
  });
  test("default: the path without its slash is not the engine's", async () => {
    assert.equal((await fetchRaw(`${http}/socket.io?EIO=4&transport=polling`)).status, 404);
  });

  // --- compression
  for (const profile of ["default", "wsonly"])
    test(`${profile}: permessage-deflate is not negotiated, even when offered`, async () => {
      const socket = await RawSocket.open(http, { ...at(profile), perMessageDeflate: true });
      assert.equal(socket.ws.extensions, "");
      socket.close();
    });
  test("deflate: negotiated when offered, and messages of every size come through", async (t) => {
    const socket = await websocketSocket(http, { ...at("deflate"), perMessageDeflate: { threshold: 0 } });
    t.after(() => socket.close());
    assert.match(socket.ws.extensions, /permessage-deflate/);
    for (const size of [0, 10, 1023, 1024, 5000, 100_000]) {
      socket.ws.send(`42["echo-back","${"x".repeat(size)}"]`, { compress: true });
      assert.equal(await socket.next(), `42["echo-back","${"x".repeat(size)}"]`);
    }
    socket.ws.send('451-["echo-back",{"_placeholder":true,"num":0}]');
    socket.ws.send(Buffer.alloc(5000, 1), { compress: true });
    assert.deepEqual((await socket.take(2))[1], Buffer.alloc(5000, 1));
  });
  test("deflate: a client that does not offer it gets none", async (t) => {
    const socket = await websocketSocket(http, at("deflate"));
    t.after(() => socket.close());
    assert.equal(socket.ws.extensions, "");
    socket.send('42["echo-back",1]');
    assert.equal(await socket.next(), '42["echo-back",1]');
  });
  test("deflate: a message that inflates beyond maxHttpBufferSize closes the connection", async () => {
    const socket = await websocketSocket(http, { ...at("deflate"), perMessageDeflate: { threshold: 0 } });
    socket.ws.send(`42["echo-back","${"x".repeat(1_100_000)}"]`, { compress: true });
    assert.equal(await socket.closing(), 1009);
  });
  test("default: a polling response of 1024 bytes or more is compressed, unless the emit says no", async () => {
    const polling = await pollingSocket(http, at("default"));
    const server = rpc("default");
    const accept = { headers: { "accept-encoding": "gzip, deflate" } };
    const long = "z".repeat(2000);
    await server.socketEmit({ id: polling.id, ev: "x", args: [long] });
    const compressed = await polling.get(accept);
    assert.equal(compressed.headers["content-encoding"], "gzip");
    assert.equal(gunzipSync(compressed.raw).toString(), `42["x","${long}"]`);
    await server.socketEmit({ id: polling.id, flags: { compress: false }, ev: "x", args: [long] });
    const plain = await polling.get(accept);
    assert.equal(plain.headers["content-encoding"], undefined);
    assert.equal(plain.body, `42["x","${long}"]`);
    await server.socketEmit({ id: polling.id, ev: "x", args: ["short"] });
    assert.equal((await polling.get(accept)).headers["content-encoding"], undefined);
  });
  test("default: a broadcast without compression is not compressed either", async () => {
    const polling = await pollingSocket(http, at("default"));
    await rpc("default").emit({ to: [polling.id], flags: { compress: false }, ev: "x", args: ["z".repeat(2000)] });
    assert.equal((await polling.get({ headers: { "accept-encoding": "gzip" } })).headers["content-encoding"], undefined);
  });

  test("a session is unknown after its end, and other sessions do not notice", async () => {
    const [first, second] = [await pollingSocket(http, at("default")), await pollingSocket(http, at("default"))];
    await first.post("1");
    assert.equal((await first.get()).body, errors[1]);
    assert.ok(await second.isAlive());
  });
});
