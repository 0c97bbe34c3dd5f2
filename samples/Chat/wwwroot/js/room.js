// One room as this page knows it. Nothing here talks to the server: messages may come in any order and more than once.

const anotherLife = 2 ** 40;

export const keyOf = message => `${message.author.id}/${message.clientId}`;

export class Room {
  joined = false;
  unread = 0;
  members = [];
  items = []; // messages and notices, in order
  lastId = 0;
  draft = "";
  forgotten = []; // messages of a life of the room that has just ended
  #epoch = null;
  #byKey = new Map();
  #notices = 0;

  constructor(name) { this.name = name; }

  find(key) { return this.#byKey.get(key); }

  /** Takes a message that the server has numbered. Returns whether it was new. */
  receive(message) {
    const known = this.find(keyOf(message));
    this.lastId = Math.max(this.lastId, message.id);
    if (known?.order === message.id) {
      if (message.delivered) known.state = "delivered";
      return false;
    }
    if (known) this.remove(known);
    this.#add(Object.assign(known ?? {}, message, { key: keyOf(message), order: message.id, state: message.delivered ? "delivered" : "sent" }));
    return !known;
  }

  /** Adds a message of our own that the server does not have yet: it stands at the end. */
  addOwn(message) {
    const item = { ...message, key: keyOf(message), order: Infinity };
    this.#add(item);
    return item;
  }

  addNotice(text, order = this.lastId + 0.5) {
    this.#add({ key: `notice/${++this.#notices}`, notice: text, order, at: new Date().toISOString() });
  }

  remove(item) {
    this.#byKey.delete(item.key);
    this.items = this.items.filter(other => other !== item);
  }

  /** Takes the room as the server has it now. Returns the messages that are new. */
  load({ epoch, members, messages }) {
    this.forgotten = [];
    if (this.#epoch !== null && this.#epoch !== epoch) this.#beginAnotherLife();
    this.#epoch = epoch;
    this.members = members;
    if (this.lastId > 0 && messages.length > 0 && messages[0].id > this.lastId + 1) {
      this.addNotice("Some messages in between are no longer kept.");
    }
    this.joined = true;
    return messages.filter(message => this.receive(message));
  }

  // The server forgot the room and numbers from 1 again: what we have is older than all of it.
  #beginAnotherLife() {
    for (const item of this.items) item.order -= anotherLife;
    this.forgotten = this.items.filter(item => item.author);
    this.lastId = 0;
  }

  #add(item) {
    let place = this.items.length;
    while (place > 0 && this.items[place - 1].order > item.order) place--;
    this.items.splice(place, 0, item);
    this.#byKey.set(item.key, item);
  }
}
