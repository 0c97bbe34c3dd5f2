import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { connected, inbox, logged, onEveryTransport } from "../support/clients.mjs";
import { event, patience, until } from "../support/wait.mjs";
import { rpc } from "../support/rpc.mjs";

const c = host("C");
const d = host("D");

onEveryTransport("connection", (test, label) => {
  test("connects and gets an id", async (connect) => {
    const client = await connected(connect(c));
    assert.match(client.id, /^[A-Za-z0-9_-]{20}$/);
    assert.ok(!client.recovered); // undefined where the server offers no recovery
  });

  test("uses the transport that was chosen", async (connect) => {
    const client = await connected(connect(d));
    const expected = label === "polling only" ? "polling" : "websocket";
    await until(() => client.io.engine.transport.name === expected, "the transport at the client");
    await until(async () => (await rpc("default").socketInfo({ id: client.id })).transport === expected, "the transport at the server");
  });

  const refused = [
    ["a query that the middleware refuses", "/", { query: { fail: true } }, "Auth failed (main namespace)"],
    ["a namespace whose middleware always refuses", "/no", {}, "Auth failed (custom namespace)"],
    ["an unknown namespace", "/unknown", {}, "Invalid namespace"],
  ];
  for (const [what, nsp, options, message] of refused)
    test(`${what}: connect_error "${message}", and no retry`, async (connect) => {
      const client = connect(c, nsp, options);
      const [error] = await event(client, "connect_error");
      assert.equal(error.message, message);
      assert.equal(error.data, undefined);
      assert.equal(client.connected, false);
      assert.equal(client.active, false);
    });

  test("a refusal carries the data of its error", async (connect) => {
    const [error] = await event(connect(d, "/reject"), "connect_error");
    assert.equal(error.message, "Authentication error");
    assert.deepEqual(error.data, { a: "b", c: 3 });
  });

  test("after a refusal the client may correct its auth and connect again", async (connect) => {
    const client = connect(d, "/auth", { auth: { token: "wrong" } });
    const [error] = await event(client, "connect_error");
    assert.equal(error.message, "unauthorized");
    client.auth = { token: "ok" };
    client.connect();
    await connected(client);
  });

  test("auth may be a function", async (connect) => {
    await connected(connect(d, "/auth", { auth: (give) => give({ token: "ok" }) }));
  });

  for (const nsp of ["/timeout_socket", "/valid", "/asd", "/foo"])
    test(`connects to ${nsp}`, async (connect) => void (await connected(connect(c, nsp))));

  test("query and auth arrive in the handshake as they were given", async (connect) => {
    const client = connect(c, "/abc", { query: { a: "b", "&a": "&=?a", é: "€ +" }, auth: { a: "b", n: { o: [1] } } });
    const [handshake] = await event(client, "handshake");
    assert.equal(handshake.query.a, "b");
    assert.equal(handshake.query["&a"], "&=?a");
    assert.equal(handshake.query.é, "€ +");
    assert.deepEqual(handshake.auth, { a: "b", n: { o: [1] } });
  });

  test("a query in the URL arrives as well", async (connect) => {
    const [handshake] = await event(connect(c, "/abc?b=c&d=e"), "handshake");
    assert.equal(handshake.query.b, "c");
    assert.equal(handshake.query.d, "e");
  });

  test("the handshake has the fields of Node's", async (connect) => {
    const before = Date.now();
    const [handshake] = await event(connect(c, "/abc", { extraHeaders: { "X-Test": "1" } }), "handshake");
    assert.equal(typeof handshake.issued, "number");
    assert.ok(Math.abs(handshake.issued - before) < patience);
    assert.ok(Math.abs(Date.parse(handshake.time) - before) < patience + 1000);
    assert.match(handshake.time, /^[A-Z][a-z]{2} [A-Z][a-z]{2} \d{2} \d{4} \d{2}:\d{2}:\d{2} GMT[+-]\d{4}/);
    assert.match(handshake.url, /^\/socket\.io\/\?/);
    assert.match(handshake.address, /127\.0\.0\.1$/);
    assert.equal(handshake.secure, false);
    assert.equal(handshake.xdomain, false);
    assert.equal(handshake.headers["x-test"], "1");
    assert.equal(handshake.query.EIO, "4");
    assert.equal(handshake.query.transport, label === "websocket only" ? "websocket" : "polling");
    assert.deepEqual(handshake.auth, {});
  });

  test("getHandshake and getId answer by ack", async (connect) => {
    const client = await connected(connect(c, "/", { query: { x: "y" } }));
    assert.equal((await client.emitWithAck("getHandshake")).query.x, "y");
    assert.equal(await client.emitWithAck("getId"), client.id);
  });

  test("what was emitted before the connection is delivered after it, in order", async (connect) => {
    const client = connect(d);
    for (let i = 0; i < 10; i++) client.emit("echo-back", i);
    const back = inbox(client, "echo-back");
    assert.deepEqual(await back.take(10), Array.from({ length: 10 }, (_, i) => [i]));
  });

  test("a slow middleware delays the connection, and what was emitted meanwhile is delivered", async (connect) => {
    const client = connect(d, "/slow");
    const start = performance.now();
    const answer = client.emitWithAck("echo", 1);
    await connected(client);
    assert.ok(performance.now() - start >= 140);
    assert.equal(await answer, 1);
  });

  test("events of the connection handler follow the connection in order", async (connect) => {
    const client = connect(d, "/welcome");
    const welcome = inbox(client, "welcome");
    assert.deepEqual(await welcome.take(2), [[1], [2]]);
    assert.ok(client.connected);
  });

  test("the server counts a socket while it is connected", async (connect) => {
    const client = await connected(connect(d));
    const info = await rpc("default").socketInfo({ id: client.id });
    assert.deepEqual(info.rooms, [client.id]);
    assert.equal(info.connected, true);
    assert.equal(info.recovered, false);
    assert.deepEqual(await logged("default", client.id, ({ t }) => t === "connection"), { t: "connection", recovered: false });
  });

  test("20 clients connect at once, each with its own id", async (connect) => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => connected(connect(d, "/a"))));
    assert.equal(new Set(clients.map(({ id }) => id)).size, 20);
    assert.deepEqual(await Promise.all(clients.map((client, i) => client.emitWithAck("echo", i))), clients.map((_, i) => i));
  });
});
