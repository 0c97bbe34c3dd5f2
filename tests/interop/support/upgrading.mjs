// A raw client that sends and receives numbered events while it upgrades, and can break the upgrade at any step.
import assert from "node:assert/strict";
import { separator } from "./http.mjs";
import { attempt } from "./websocket.mjs";
import { until, within } from "./wait.mjs";
import { pollingSocket } from "./socketio.mjs";

export const steps = ["never", "before the probe", "after the probe", "after 3probe", "by waiting for the upgrade timeout"];

const safePause = 200;

export class UpgradingClient {
  received = [];
  #paused = false;
  #queue = [];
  #websocket;
  #unconfirmed = [];

  /** `server` is the RPC of the profile of the path. */
  static async open(base, path, server) {
    const client = new UpgradingClient();
    client.polling = await pollingSocket(base, { path });
    client.id = client.polling.id;
    client.server = server;
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
    if (this.#websocket) this.#sendBehindUpgrade(packet);
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

  /** A websocket of the session and when it was begun: the server counts its upgrade timeout from some moment after that. */
  #openWebsocket() {
    return until(async () => {
      const start = performance.now();
      const { open } = await attempt(this.polling.websocketUrl());
      return open && { socket: open, start };
    }, "the websocket of the upgrade");
  }

  /** A websocket whose probe was answered. Tries again while an old attempt is still known, and when the probe came behind the upgrade timeout. */
  #openProbed() {
    return until(async () => {
      const { socket, start } = await this.#openWebsocket();
      socket.send("2probe");
      const answer = await within(Promise.race([socket.next(), socket.closed]), "the answer to the probe");
      if (typeof answer === "string") assert.equal(answer, "3probe");
      return typeof answer === "string" && { socket, start };
    }, "3probe");
  }

  /** Starts an upgrade and breaks it at the step. Tells how long that took. */
  async upgradeCut(step) {
    const early = step === "before the probe" || step === "after the probe";
    const { socket, start } = await (early ? this.#openWebsocket() : this.#openProbed());
    if (step === "after the probe") socket.send("2probe");
    if (step === "by waiting for the upgrade timeout") await socket.closing();
    else socket.close();
    return performance.now() - start;
  }

  /** Upgrades as the official client does: polling is paused before `5`, and what waits is sent right behind it. Tries again when `5` crossed the upgrade timeout. */
  async upgrade() {
    for (;;) {
      const socket = await this.upgradeUnconfirmed();
      const isUpgraded = async () => (await this.server.socketInfo({ id: this.id })).transport === "websocket";
      await until(async () => !socket.isOpen || (await isUpgraded()), "the upgrade at the server");
      if (await isUpgraded()) return;
      // the server gave the upgrade up and took nothing of this websocket
      this.#websocket = undefined;
      this.#queue.unshift(...this.#unconfirmed);
      this.#poll();
    }
  }

  /** Upgrades up to `5` and what follows it, without a look at the server. */
  async upgradeUnconfirmed() {
    for (;;) {
      const { socket, start } = await this.#openProbed();
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
      this.#unconfirmed = [];
      for (const packet of this.#queue.splice(0)) this.#sendBehindUpgrade(packet);
      return socket;
    }
  }

  #sendBehindUpgrade(packet) {
    this.#websocket.send(packet);
    this.#unconfirmed.push(packet);
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
