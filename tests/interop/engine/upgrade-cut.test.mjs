// 1,000 numbered messages in each direction while an upgrade is cut at one of its steps (and then done, or not):
// all arrive, in order, none lost or doubled.
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { rpc } from "../support/rpc.mjs";
import { steps, UpgradingClient } from "../support/upgrading.mjs";
import { until } from "../support/wait.mjs";

const { http } = host("D");
const total = 1000;
const numbers = Array.from({ length: total }, (_, i) => i);

const emission = (id, i) => ({ m: "socketEmit", id, ev: "n", args: [i] });

/** Sends both ways in slices; `between` runs at the slice where the upgrade is to happen. */
async function exchange(server, client, between) {
  let done;
  for (let start = 0; start < total; start += 20) {
    const slice = numbers.slice(start, start + 20);
    const batch = server.batch({ calls: slice.map((i) => emission(client.id, i)) });
    for (const i of slice) client.emit("c", i);
    await batch;
    if (start === 200) done = between();
  }
  await done;
}

const seenByServer = async (server, client) =>
  (await server.log({ id: client.id })).filter(({ t, ev }) => t === "event" && ev === "c").map(({ args }) => args[0]);

async function assertAllArrived(server, client) {
  await until(() => client.received.length >= total, "1000 messages at the client");
  await until(async () => (await seenByServer(server, client)).length >= total, "1000 messages at the server");
  assert.deepEqual(client.received, numbers);
  assert.deepEqual(await seenByServer(server, client), numbers);
}

for (const [profile, path] of [["default", "/socket.io/"], ["upto", "/p/upto/"]])
  describe(`upgrade cuts on ${profile}`, { concurrency: 2 }, () => {
    const server = rpc(profile);
    const possible = steps.filter((step) => profile === "upto" || !step.includes("timeout"));

    for (const step of possible)
      for (const ending of ["then completed", "and left at polling"]) {
        if (step === "never" && ending !== "then completed") continue;
        test(`${profile}: no message is lost when an upgrade is ${step === "never" ? "not cut" : `cut ${step}`}, ${ending}`, async (t) => {
          const client = await UpgradingClient.open(http, path, server);
          t.after(() => client.close());
          await exchange(server, client, async () => {
            if (step !== "never") await client.upgradeCut(step);
            if (ending === "then completed") await client.upgrade();
          });
          await assertAllArrived(server, client);
          const expected = ending === "then completed" ? "websocket" : "polling";
          await until(async () => (await server.socketInfo({ id: client.id })).transport === expected, expected);
        });
      }

    test(`${profile}: a websocket cut right after the upgrade packet ends the session; what arrived is in order, nothing twice`, async (t) => {
      const client = await until(() => cutBehindUpgrade(t), "an upgrade packet in time", 60_000);
      const { reason } = (await server.log({ id: client.id })).find((entry) => entry.t === "disconnect");
      assert.match(reason, /^transport (close|error)$/);
      const seen = await seenByServer(server, client);
      assert.deepEqual(client.received, numbers.slice(0, client.received.length));
      assert.deepEqual(seen, numbers.slice(0, seen.length));
    });

    // The client whose session ended; nothing when the server gave the upgrade up before it read `5`, which the short timeout of upto allows.
    async function cutBehindUpgrade(t) {
      const client = await UpgradingClient.open(http, path, server);
      t.after(() => client.close());
      let cut;
      await exchange(server, client, async () => {
        const socket = await client.upgradeUnconfirmed();
        socket.close();
        cut = performance.now();
      }).catch((error) => assert.ok(cut && /unknown|not found|no socket/i.test(error.message), error.message));
      const ended = async () => (await server.log({ id: client.id })).some((entry) => entry.t === "disconnect");
      const givenUp = async () => profile === "upto" && performance.now() - cut > 2000 && (await server.socketInfo({ id: client.id }).catch(() => ({}))).transport === "polling";
      return (await until(async () => ((await ended()) ? "ended" : (await givenUp()) && "given up"), "the disconnection")) === "ended" && client;
    }
  });

test("the upgrade timeout closes the websocket after 300 ms on upto, and polling goes on", async () => {
  const client = await UpgradingClient.open(http, "/p/upto/", rpc("upto"));
  const elapsed = await client.upgradeCut("by waiting for the upgrade timeout");
  assert.ok(elapsed > 250 && elapsed < 5000, `${elapsed} ms`); // without the profile it would be 10 s
  await rpc("upto").socketEmit({ id: client.id, ev: "n", args: [1] });
  await until(() => client.received.length, "the event");
  client.close();
});
