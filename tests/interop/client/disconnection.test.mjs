import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { connected, inbox, logged, onEveryTransport, serverReason } from "../support/clients.mjs";
import { event, until } from "../support/wait.mjs";
import { rpc } from "../support/rpc.mjs";

const c = host("C");
const d = host("D");
const server = rpc("default");

onEveryTransport("disconnection", (test) => {
  test("the client leaves: io client disconnect / client namespace disconnect", async (connect) => {
    const client = await connected(connect(d));
    const { id } = client;
    const gone = event(client, "disconnect");
    client.disconnect();
    assert.equal((await gone)[0], "io client disconnect");
    // the only namespace: the connection goes with it, and on websocket the close may be seen first
    assert.match(await serverReason(id), /^(client namespace disconnect|transport close)$/);
  });

  test("the client leaves one of two namespaces, and the other goes on", async (connect) => {
    const main = await connected(connect(d));
    const other = main.io.socket("/a");
    await connected(other);
    const { id } = other;
    other.disconnect();
    assert.equal(await serverReason(id, { nsp: "/a" }), "client namespace disconnect");
    assert.equal(await main.emitWithAck("echo", 1), 1);
    other.connect();
    await connected(other);
    assert.notEqual(other.id, id);
  });

  for (const close of [false, true])
    test(`the server disconnects the socket (close: ${close}): io server disconnect / server namespace disconnect, no reconnection`, async (connect) => {
      const client = await connected(connect(d));
      const { id } = client;
      client.emit("disconnect-me", close);
      assert.equal((await event(client, "disconnect"))[0], "io server disconnect");
      assert.equal(await serverReason(id), "server namespace disconnect");
      assert.equal(client.active, false);
      client.connect();
      await connected(client);
      assert.notEqual(client.id, id);
    });

  test("the server disconnects with close: every namespace of the connection goes", async (connect) => {
    const main = await connected(connect(d));
    const other = main.io.socket("/a");
    await connected(other);
    const ends = [event(main, "disconnect"), event(other, "disconnect")];
    const ids = [main.id, other.id];
    await server.socketDisconnect({ id: ids[0], close: true });
    assert.deepEqual((await Promise.all(ends)).map(([reason]) => reason), ["io server disconnect", "io server disconnect"]);
    assert.equal(await serverReason(ids[0]), "server namespace disconnect");
    assert.equal(await serverReason(ids[1], { nsp: "/a" }), "server namespace disconnect");
  });

  test("the server disconnects without close: the other namespaces of the connection stay", async (connect) => {
    const main = await connected(connect(d));
    const other = main.io.socket("/a");
    await connected(other);
    const end = event(main, "disconnect");
    await server.socketDisconnect({ id: main.id });
    assert.equal((await end)[0], "io server disconnect");
    assert.equal(await other.emitWithAck("echo", 1), 1);
  });

  test("the server closes the connection: transport close / forced close, and the client comes back with a new id", async (connect) => {
    const client = await connected(connect(d));
    const { id } = client;
    const gone = event(client, "disconnect");
    const back = event(client, "connect");
    await server.engineClose({ id });
    assert.equal((await gone)[0], "transport close");
    assert.equal(await serverReason(id), "forced close");
    await back;
    assert.notEqual(client.id, id);
    assert.equal(await client.emitWithAck("echo", 1), 1);
  });

  test("the manager reports the reconnection, and every namespace is joined again", async (connect) => {
    const main = await connected(connect(d));
    const other = main.io.socket("/a");
    await connected(other);
    const attempts = inbox(main.io, "reconnect_attempt");
    const reconnected = event(main.io, "reconnect");
    const back = [event(main, "connect"), event(other, "connect")];
    await server.engineClose({ id: main.id });
    assert.deepEqual(await attempts.next(), [1]);
    assert.deepEqual(await reconnected, [1]);
    await Promise.all(back);
  });

  test("the client's engine closes: the server sees transport close, and the client comes back", async (connect) => {
    const client = await connected(connect(d));
    const { id } = client;
    const back = event(client, "connect");
    client.io.engine.close();
    assert.equal(await serverReason(id), "transport close");
    await back;
    assert.equal(await client.emitWithAck("echo", 1), 1);
  });

  test("what was emitted while disconnected is delivered after the reconnection, in order", async (connect) => {
    const client = await connected(connect(d));
    const gone = event(client, "disconnect");
    await server.engineClose({ id: client.id });
    await gone;
    for (let i = 0; i < 5; i++) client.emit("echo-back", i);
    assert.deepEqual(await inbox(client, "echo-back").take(5), [[0], [1], [2], [3], [4]]);
  });

  test("an acknowledgement with a timeout fails at once when the connection is lost", async (connect) => {
    const client = await connected(connect(d));
    const answer = client.timeout(30_000).emitWithAck("nobody-answers");
    await Promise.all([
      assert.rejects(answer, /socket has been disconnected/),
      logged("default", client.id, ({ ev }) => ev === "nobody-answers").then(() => server.engineClose({ id: client.id })),
    ]);
  });

  test("disconnecting sees the rooms, disconnect comes after it, nothing follows", async (connect) => {
    const client = await connected(connect(d));
    const { id } = client;
    await client.emitWithAck("join", "some-room");
    client.disconnect();
    await serverReason(id);
    const tail = (await server.log({ id })).slice(-2);
    assert.deepEqual(tail.map(({ t }) => t), ["disconnecting", "disconnect"]);
    assert.deepEqual(tail[0].rooms.sort(), [id, "some-room"].sort());
    assert.equal(tail[0].reason, tail[1].reason);
    await assert.rejects(server.socketInfo({ id }));
  });

  test("a client of server C comes back after its engine was closed", async (connect) => {
    const client = await connected(connect(c));
    const back = event(client, "connect");
    client.io.engine.close();
    await back;
    assert.equal(await client.emitWithAck("echo", "again"), "again");
  });

  test("two quick disconnect and connect cycles leave one connection", async (connect) => {
    const client = await connected(connect(d, "/b"));
    const ids = [client.id];
    for (let i = 0; i < 2; i++) {
      client.disconnect();
      client.connect();
      await connected(client);
      ids.push(client.id);
    }
    await until(async () => {
      const here = (await server.fetchSockets({ nsp: "/b" })).map(({ id }) => id);
      return !here.includes(ids[0]) && !here.includes(ids[1]) && here.includes(ids[2]);
    }, "only the last socket at the server");
  });
});
