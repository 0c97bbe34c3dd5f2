import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { connected, inbox, onEveryTransport } from "../support/clients.mjs";
import { event } from "../support/wait.mjs";

const c = host("C");
const d = host("D");

onEveryTransport("namespaces", (test) => {
  test("several namespaces share one connection, each with its own id", async (connect) => {
    const main = connect(c);
    const others = ["/foo", "/valid", "/asd"].map((nsp) => main.io.socket(nsp));
    const sockets = await Promise.all([main, ...others].map(connected));
    assert.equal(new Set(sockets.map(({ id }) => id)).size, 4);
    assert.equal(new Set(sockets.map(({ io }) => io.engine)).size, 1);
    assert.equal(await others[0].emitWithAck("getId"), others[0].id);
  });

  test("two sockets to the same namespace are two connections", async (connect) => {
    const options = { forceNew: false, multiplex: true };
    const [first, second] = await Promise.all([connect(d, "/a", options), connect(d, "/a", options)].map(connected));
    assert.notEqual(first.io, second.io);
    assert.notEqual(first.id, second.id);
    const seen = inbox(second, "x");
    first.emit("broadcast", second.id, "x", 1);
    assert.deepEqual(await seen.next(), [1]);
  });

  test("an event goes to its namespace alone", async (connect) => {
    const main = await connected(connect(d));
    const a = await connected(main.io.socket("/a"));
    const mainSeen = inbox(main, "echo-back");
    const aSeen = inbox(a, "echo-back");
    a.emit("echo-back", "a");
    main.emit("echo-back", "main");
    assert.deepEqual(await aSeen.next(), ["a"]);
    assert.deepEqual(await mainSeen.next(), ["main"]);
    await Promise.all([main.emitWithAck("echo"), a.emitWithAck("echo")]);
    assert.deepEqual([mainSeen.items, aSeen.items], [[], []]);
  });

  test("binary in a namespace", async (connect) => {
    const a = await connected(connect(d, "/a"));
    assert.deepEqual(await a.emitWithAck("echo", { x: Buffer.from([1, 2]) }), { x: Buffer.from([1, 2]) });
  });

  test("an unknown namespace is refused, and the others of the connection do not notice", async (connect) => {
    const main = await connected(connect(d));
    const unknown = main.io.socket("/unknown");
    const [error] = await event(unknown, "connect_error");
    assert.equal(error.message, "Invalid namespace");
    assert.equal(await main.emitWithAck("echo", 1), 1);
  });

  test("each namespace has its own auth", async (connect) => {
    const main = await connected(connect(d, "/", { auth: { token: "main" } }));
    const auth = main.io.socket("/auth", { auth: { token: "ok" } });
    await connected(auth);
    const refused = main.io.socket("/fn-x", { auth: { token: "no" } });
    assert.equal((await event(refused, "connect_error"))[0].message, "Invalid namespace");
  });

  test("the query of the connection is seen by every namespace", async (connect) => {
    const main = await connected(connect(d, "/", { query: { a: "b" } }));
    const other = main.io.socket("/handshake");
    const [handshake] = await event(other, "handshake");
    assert.equal(handshake.query.a, "b");
  });

  test("a dynamic namespace by pattern", async (connect) => {
    const nsp = `/dynamic-${Date.now()}${Math.floor(Math.random() * 1e6)}`;
    const client = await connected(connect(d, nsp));
    assert.equal(await client.emitWithAck("echo", nsp), nsp);
  });
});
