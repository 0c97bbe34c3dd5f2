// A raw client that sends and receives numbered events while it upgrades, and can break the upgrade at any step.
import assert from "node:assert/strict";
import { separator } from "./http.mjs";
import { RawSocket } from "./websocket.mjs";
import { until, within } from "./wait.mjs";
import { pollingSocket } from "./socketio.mjs";

export const steps = ["never", "before the probe", "after the probe", "after 3probe", "by waiting for the upgrade timeout"];

const safePause = 200;

export class UpgradingClient {
  received = [];
  #paused = false;
  #queue = [];
  #websocket;

  static async open(base, path) {
    const client = new UpgradingClient();
    client.polling = await pollingSocket(base, { path });
    client.id = client.polling.id;
    client.#poll();
    return client;
  }

  #poll() {
    this.#paused = false;
    this.loops = Promise.all([this.#receive(), this.#transmit()]);
    this.loops.catch(() => {});
  }

  /** Queues an event [name, number]; it leaves on whatever transport is in use. */
  emit(name, number) {
    const packet = `42${JSON.stringify([name, number])}`;
    if (this.#websocket) this.#websocket.send(packet);
    else this.#queue.push(packet);
  }

  async #receive() {
    while (!this.#paused) {
      const response = await this.polling.get();
      assert.equal(response.status, 200, response.body);
      response.body.split(separator).forEach((packet) => this.#take(packet));
    }
  }

  async #transmit() {
    while (!this.#paused || this.#queue.length) {
      await until(() => this.#queue.length || this.#paused, "something to send", 60_000);
      if (!this.#queue.length) return;
      const response = await this.polling.post(this.#queue.splice(0, 20).join(separator));
      assert.equal(response.status, 200, response.body);
    }
  }

  #take(packet) {
    if (packet.startsWith("42")) this.received.push(JSON.parse(packet.slice(2))[1]);
    else assert.equal(packet, "6");
  }

  async #openWebsocket() {
    const socket = new RawSocket(this.polling.websocketUrl());
    await within(socket.opened, "the websocket of the upgrade");
    return socket;
  }

  /** Starts an upgrade and breaks it at the step. */
  async upgradeCut(step) {
    const socket = await this.#openWebsocket();
    if (step === "before the probe") return socket.close();
    socket.send("2probe");
    if (step === "after the probe") return socket.close();
    assert.equal(await socket.next(), "3probe");
    if (step === "by waiting for the upgrade timeout") return void (await socket.closing());
    socket.close();
  }

  /** Upgrades as the official client does: polling is paused before `5`. Tries again while an old attempt is still known. */
  async upgrade() {
    for (;;) {
      const socket = await this.#openWebsocket();
      socket.send("2probe");
      const answer = await within(Promise.race([socket.next(), socket.closed]), "the answer to the probe");
      if (answer !== "3probe") continue;
      const start = performance.now();
      this.#paused = true;
      await within(this.loops, "the pause of polling");
      if (performance.now() - start > safePause) {
        // the upgrade timeout of the server is near: a `5` now might cross its close
        socket.close();
        this.#poll();
        continue;
      }
      socket.send("5");
      this.#listen(socket);
      this.#websocket = socket;
      for (const packet of this.#queue.splice(0)) socket.send(packet);
      return socket;
    }
  }

  #listen(socket) {
    socket.frames.items.splice(0).forEach((packet) => this.#take(packet));
    socket.frames.push = (packet) => this.#take(packet);
  }

  close() {
    this.#paused = true;
    this.#websocket?.close();
  }
}
