// Choices of transports that concern one case only.
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { connected, connectorOf } from "../support/clients.mjs";
import { event, until } from "../support/wait.mjs";

const d = host("D");

describe("transports", { concurrency: 4 }, () => {
  test("a client that starts with websocket falls back to polling when it is told to try all transports", async (t) => {
    const client = connectorOf(t)(d, "/", { path: "/p/pollonly/", transports: ["websocket", "polling"], tryAllTransports: true });
    await connected(client);
    assert.equal(client.io.engine.transport.name, "polling");
  });

  test("a client that starts with polling goes over to websocket on a websocket-only server", async (t) => {
    const client = connectorOf(t)(d, "/", { path: "/p/wsonly/", transports: ["polling", "websocket"], tryAllTransports: true });
    await connected(client);
    assert.equal(client.io.engine.transport.name, "websocket");
  });

  for (const profile of ["noup", "pollonly"])
    test(`on ${profile} the client stays on polling`, async (t) => {
      const client = await connected(connectorOf(t)(d, "/", { path: `/p/${profile}/` }));
      assert.equal(client.io.engine.transport.name, "polling");
      assert.equal(await client.emitWithAck("echo", 1), 1);
    });

  test("a client without upgrades stays on polling", async (t) => {
    const client = await connected(connectorOf(t)(d, "/", { upgrade: false }));
    for (let i = 0; i < 20; i++) assert.equal(await client.emitWithAck("echo", i), i);
    assert.equal(client.io.engine.transport.name, "polling");
  });

  test("the upgrade is announced once, and the socket keeps its id", async (t) => {
    const client = connectorOf(t)(d);
    const upgrades = [];
    client.io.engine.on("upgrade", ({ name }) => upgrades.push(name));
    await connected(client);
    const { id } = client;
    await until(() => upgrades.length, "the upgrade");
    assert.equal(await client.emitWithAck("echo", 1), 1);
    assert.deepEqual(upgrades, ["websocket"]);
    assert.equal(client.id, id);
  });

  test("the server without a trailing slash in its path", async (t) => {
    for (const transports of [["polling"], ["websocket"]])
      await connected(connectorOf(t)(d, "/", { path: "/p/noslash", addTrailingSlash: false, transports }));
  });

  test("a client on a wrong path gets an error and keeps trying", async (t) => {
    const client = connectorOf(t)(d, "/", { path: "/nowhere/", transports: ["polling"] });
    await event(client, "connect_error");
    assert.equal(client.active, true);
  });

  test("heartbeats keep idle clients connected on every transport", async (t) => {
    const clients = [["polling"], ["websocket"], ["polling", "websocket"]].map((transports) =>
      connectorOf(t)(d, "/", { path: "/p/steady/", transports, reconnection: false }));
    await Promise.all(clients.map(connected));
    await Promise.all(clients.map(async (client) => {
      for (let pings = 0; pings < 3; pings++) await event(client.io, "ping");
      assert.ok(client.connected);
    }));
  });
});
