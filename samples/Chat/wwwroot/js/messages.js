// Messages that come in, and the outbox: each message has an id of our own, so that the server keeps it once however often it is sent.
import { Events } from "/events.js";
import { Interrupted } from "./connection.js";
import { randomId } from "./identity.js";

const storageKey = "chat.outbox";

// What is sent of a shown message. One that a reload found has no source any more, but what became of it.
const outgoing = ({ clientId, room, text, source, html, file }) => ({ clientId, room, text, source: source ?? html ?? undefined, fileId: file?.id });

export class Messages {
  #connection;
  #rooms;
  #outbox;
  #sending = false;

  constructor(connection, rooms) {
    this.#connection = connection;
    this.#rooms = rooms;
    this.#outbox = JSON.parse(sessionStorage.getItem(storageKey) ?? "[]");
    connection.on(Events.messageNew, (message, acknowledge) => this.#receive(message, acknowledge));
    connection.on(Events.messagesDelivered, delivered => this.#delivered(delivered));
    rooms.addEventListener("joined", ({ detail: room }) => this.#afterJoin(room));
  }

  /** Shows a message of our own at once and sends it as soon as there is a connection. */
  write(room, text, formatted) {
    const message = { clientId: randomId(), room: room.name, ...(formatted ? { source: text } : { text }) };
    this.#show(message, room);
    this.send(message);
  }

  send(message) {
    this.#outbox.push(message);
    this.#save();
    this.#drain();
  }

  retry(item) {
    item.state = "pending";
    item.error = undefined;
    this.send(outgoing(item));
    this.#rooms.changed();
  }

  #receive(message, acknowledge) {
    acknowledge?.(message.author.id !== this.#rooms.me?.id);
    const room = this.#rooms.mine.get(message.room);
    if (room) this.#rooms.count(room, room.receive(message) ? [message] : []);
  }

  #delivered({ room: name, clientIds }) {
    const room = this.#rooms.mine.get(name);
    for (const clientId of clientIds) {
      const item = room?.find(`${this.#rooms.me.id}/${clientId}`);
      if (item) item.state = "delivered";
    }
    this.#rooms.changed();
  }

  // What a reload found in the outbox is shown again, unless the server had it all along.
  #afterJoin(room) {
    this.#sendAgain(room);
    for (const message of this.#outbox) if (message.room === room.name) this.#show(message, room);
    this.#drain();
  }

  // The server has forgotten the room. What it had of ours, and nobody else as far as we know, would be lost: it is sent again, before what waits.
  // Whoever has it nevertheless knows it by its id.
  #sendAgain(room) {
    const lost = room.forgotten.filter(item => item.author.id === this.#rooms.me.id && item.state === "sent" && item.order < 0);
    for (const item of lost) {
      room.remove(item);
      room.addOwn({ ...item, state: "pending" });
    }
    if (lost.length === 0) return;
    this.#outbox = [...lost.map(outgoing), ...this.#outbox];
    this.#save();
    this.#rooms.changed();
  }

  #show(message, room) {
    if (room.find(`${this.#rooms.me.id}/${message.clientId}`)) return;
    room.addOwn({ ...message, author: this.#rooms.me, at: new Date().toISOString(), state: "pending" });
    this.#rooms.changed();
  }

  // One at a time: what was written first is sent first, also after a reconnect.
  async #drain() {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let next; this.#connection.isConnected && (next = this.#outbox.find(message => this.#rooms.mine.get(message.room)?.joined)); ) await this.#sendOne(next);
    } finally {
      this.#sending = false;
    }
  }

  async #sendOne(message) {
    const room = this.#rooms.mine.get(message.room);
    const item = room.find(`${this.#rooms.me.id}/${message.clientId}`);
    try {
      const { id, at, html } = await this.#ask(message);
      this.#forget(message);
      if (item) room.receive({ ...item, id, at, html, delivered: item.state === "delivered" });
    } catch (error) {
      if (error instanceof Interrupted) return; // it stays in the outbox
      this.#forget(message);
      if (item) Object.assign(item, { state: "failed", error: error.message });
    }
    this.#rooms.changed();
  }

  // What a page writes as HTML is only its source. Nobody shows it as HTML, this page included, before the server has sanitised it.
  #ask({ source, ...message }) {
    return source === undefined
      ? this.#connection.ask(Events.messageSend, message)
      : this.#connection.ask(Events.messageSendFormatted, { room: message.room, clientId: message.clientId, html: source });
  }

  #forget(message) {
    this.#outbox = this.#outbox.filter(other => other !== message);
    this.#save();
  }

  #save() { sessionStorage.setItem(storageKey, JSON.stringify(this.#outbox)); }
}
