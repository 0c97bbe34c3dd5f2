// What our server gives the official client beyond Node's: exactly once while recovered, and nothing rather than a part.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connected, logged } from "../support/clients.mjs";
import { back, cut, received, recoverable } from "../support/recovery.mjs";
import { rpc } from "../support/rpc.mjs";
import { event, until, within } from "../support/wait.mjs";

/** The tests of a profile like `numbered`. */
export function suite(profile) {
  const path = `/p/${profile}/`;
  const server = rpc(profile);
  let unique = 0;
  const fresh = (name) => `${name}-${process.pid}-${++unique}`;
  const begin = (t, options = {}) => recoverable(t, { path, auth: { user: fresh("user") }, ...options });
  const room = async (client, name = fresh("room")) => (await client.emitWithAck("join", name), name);
  const numbers = (got) => got.map(([, number]) => number);

  test(`${profile}: a client that got no event recovers`, async (t) => {
    const client = await begin(t);
    await until(() => client._lastOffset === "~0", "the first offset");
    const id = client.id;
    await cut(client);
    await server.emit({ to: [id], ev: "msg", args: [1] });
    await back(client);
    assert.equal(client.recovered, true);
    assert.deepEqual(await received(client, 1), [["msg", 1]]);
  });

  test(`${profile}: a client that comes back before its loss is known takes its session over`, async (t) => {
    const client = await begin(t);
    const name = await room(client);
    const id = client.id;
    client.io.engine.transport.ws.pause?.();
    client.io.engine.transport.onClose("transport close"); // the server knows nothing of it
    await until(() => !client.connected, "the loss");
    await server.emit({ to: [name], ev: "msg", args: [1] });
    await within(back(client), "the takeover before the old connection is given up", 4500);
    assert.deepEqual([client.recovered, client.id], [true, id]);
    await server.emit({ to: [name], ev: "msg", args: [2] });
    assert.deepEqual(numbers(await received(client, 2)), [1, 2]);
  });

  test(`${profile}: volatile events, those without arguments and those that ask for an answer spoil no offset`, async (t) => {
    const client = await begin(t);
    const name = await room(client);
    client.on("asks", (text, ack) => ack(text));
    await server.emit({ to: [name], ev: "none" });
    assert.deepEqual((await server.emit({ to: [name], ev: "asks", args: ["text"], ack: true, flags: { timeout: 5000 } })).responses, ["text"]);
    client.emit("vol", name, "text:99");
    await until(() => client._lastOffset.startsWith("~") && client._lastOffset !== "~0", "the mark of the volatile event");
    client.got.length = 0;
    await cut(client);
    await server.emit({ to: [name], ev: "msg", args: [1] });
    await back(client);
    assert.equal(client.recovered, true);
    assert.deepEqual(await received(client, 1), [["msg", 1]]);
  });

  test(`${profile}: several rooms, one order, each event once however often the connection breaks`, async (t) => {
    const client = await begin(t);
    const rooms = [await room(client), await room(client), await room(client)];
    let count = 0;
    const publish = async (times) => {
      for (let i = 0; i < times; i++) await server.emit({ to: [rooms[++count % 3]], ev: "msg", args: [count] });
    };
    for (let round = 0; round < 6; round++) {
      await publish(5);
      await cut(client); // some of them may be on their way
      await publish(5);
      await back(client);
      assert.equal(client.recovered, true);
    }
    await until(() => client.got.length >= count, `${count} events`);
    assert.deepEqual(numbers(client.got), Array.from({ length: count }, (_, i) => i + 1));
  });

  test(`${profile}: an emit to several rooms of a client comes once, one to the user too`, async (t) => {
    const user = fresh("user");
    const client = await begin(t, { auth: { user } });
    const other = await begin(t);
    const [a, b] = [await room(client), await room(client)];
    await cut(client);
    await other.emitWithAck("pub-many", [a, b], 1);
    other.emit("to-user", user, 2);
    await other.emitWithAck("pub", a, 3);
    await back(client);
    assert.deepEqual(numbers(await received(client, 3)), [1, 2, 3]);
    assert.equal(client.recovered, true);
  });

  test(`${profile}: another user learns and takes nothing`, async (t) => {
    const client = await begin(t);
    const name = await room(client);
    await cut(client);
    await server.emit({ to: [name], ev: "msg", args: ["secret"] });
    const thief = await begin(t, { auth: { user: fresh("thief"), pid: client._pid, offset: client._lastOffset } });
    assert.notEqual(thief._pid, client._pid);
    assert.deepEqual(thief.got, []);
    await back(client);
    assert.equal(client.recovered, true);
    assert.deepEqual(await received(client, 1), [["msg", "secret"]]);
  });

  test(`${profile}: a gap is recovered: false, and nothing of the rest comes`, async (t) => {
    const client = await begin(t);
    const [busy, quiet] = [await room(client), await room(client)];
    const other = await begin(t);
    const { _pid: pid, id } = client;
    await cut(client);
    await other.emitWithAck("pub", quiet, 0);
    for (let i = 0; i < 12; i++) await other.emitWithAck("pub", busy, "x".repeat(100_000)); // 1 MiB is kept
    await back(client);
    assert.equal(client.recovered, false);
    assert.notEqual(client._pid, pid);
    assert.notEqual(client.id, id);
    assert.deepEqual(client.got, []);
    const name = await room(client);
    await cut(client);
    await server.emit({ to: [name], ev: "msg", args: [1] });
    await back(client);
    assert.equal(client.recovered, true);
    assert.deepEqual(await received(client, 1), [["msg", 1]]);
  });

  test(`${profile}: a replay larger than what may wait for a client comes whole`, async (t) => {
    const client = await begin(t);
    const rooms = [await room(client), await room(client), await room(client)];
    const other = await begin(t);
    await cut(client);
    for (let i = 0; i < 27; i++) await other.emitWithAck("pub", rooms[i % 3], i, "x".repeat(100_000)); // 2.7 MB
    await back(client);
    assert.equal(client.recovered, true);
    assert.deepEqual(numbers(await received(client, 27)), Array.from({ length: 27 }, (_, i) => i));
  });

  test(`${profile}: rooms that were left while the client was away stay left`, async (t) => {
    const client = await begin(t);
    const [left, kept] = [await room(client), await room(client)];
    const id = client.id;
    await cut(client);
    await logged(profile, id, ({ t: type }) => type === "disconnect");
    await server.emit({ to: [left], ev: "msg", args: [1] });
    await server.socketsLeave({ to: [kept], rooms: [left] });
    await server.emit({ to: [left], ev: "msg", args: [2] });
    await server.emit({ to: [kept], ev: "msg", args: [3] });
    await back(client);
    assert.deepEqual(numbers(await received(client, 2)), [1, 3]);
    assert.ok(!(await server.socketInfo({ id })).rooms.includes(left));
  });

  for (const transports of [["polling"], ["polling", "websocket"]])
    test(`${profile}: ${transports.join(", then ")}`, async (t) => {
      const client = await begin(t, { transports });
      const name = await room(client);
      const id = client.id;
      for (let round = 1; round <= 3; round++) {
        await cut(client);
        await server.emit({ to: [name], ev: "msg", args: [round] });
        await back(client);
        assert.deepEqual([client.recovered, client.id], [true, id]);
        assert.deepEqual(await received(client, 1), [["msg", round]]);
      }
    });

  test(`${profile}: reconnection by itself recovers`, async (t) => {
    const client = await begin(t, { reconnection: true });
    const name = await room(client);
    for (let round = 1; round <= 3; round++) {
      const again = event(client, "connect");
      client.io.engine.close();
      await server.emit({ to: [name], ev: "msg", args: [round] });
      await again;
      assert.equal(client.recovered, true);
      await until(() => client.got.length === round, `event ${round}`);
    }
    assert.deepEqual(numbers(client.got), [1, 2, 3]);
  });

  test(`${profile}: offsets are acknowledged`, async (t) => {
    const client = await connected(await begin(t));
    const name = await room(client);
    assert.equal(await client.emitWithAck("pub", name, 1), 1);
    assert.equal(await client.emitWithAck("pub", name, 2), 2);
    assert.equal(typeof (await client.emitWithAck("who")), "string");
    const key = fresh("key");
    assert.equal(await client.emitWithAck("count", key), 1);
    assert.equal(await client.emitWithAck("count-and-pub", key, name), 2);
    assert.equal(await client.emitWithAck("slow", 1, key), 3);
    assert.deepEqual(numbers(await received(client, 3)), [1, 2, 2]);
  });
}
