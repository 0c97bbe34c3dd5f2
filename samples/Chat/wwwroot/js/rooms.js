// The rooms of this page: which ones, which one is open, what is unread.
import { Events, lobby } from "/events.js";
import { Interrupted } from "./connection.js";
import { Room } from "./room.js";

const storageKey = "chat.rooms";

export class Rooms extends EventTarget {
  me = null;
  names = [];
  mine = new Map();
  #connection;

  constructor(connection) {
    super();
    this.#connection = connection;
    const saved = JSON.parse(sessionStorage.getItem(storageKey) ?? "null") ?? { names: [lobby], open: lobby };
    for (const name of saved.names) this.mine.set(name, new Room(name));
    this.open = this.mine.get(saved.open) ?? this.#room(lobby);
    connection.on(Events.welcome, welcome => this.#welcome(welcome));
    connection.on(Events.roomsChanged, ({ rooms }) => this.#update(() => { this.names = rooms; }));
    connection.addEventListener("changed", () => { if (!connection.isConnected) this.#update(() => { for (const room of this.mine.values()) room.joined = false; }); });
    document.addEventListener("visibilitychange", () => this.#read());
  }

  get unread() { return [...this.mine.values()].reduce((sum, room) => sum + room.unread, 0); }

  /** Opens a room, after joining it if need be. */
  async show(name) {
    const room = this.mine.get(name) ?? (await this.#join(new Room(name)));
    this.open = room;
    this.#read();
    this.#save();
  }

  async leave(room) {
    await this.#connection.ask(Events.roomLeave, { room: room.name });
    this.mine.delete(room.name);
    if (this.mine.size === 0) await this.#join(new Room(lobby));
    if (this.open === room) this.open = this.mine.values().next().value;
    this.#save();
  }

  /** Counts messages that are not seen at once. */
  count(room, messages) {
    if (room !== this.open || document.hidden) room.unread += messages.filter(message => message.author.id !== this.me.id).length;
    this.changed();
  }

  changed() { this.dispatchEvent(new Event("changed")); }

  #welcome({ me, rooms }) {
    this.#update(() => { this.me = me; this.names = rooms; });
    for (const room of this.mine.values()) this.#join(room).catch(error => this.#failed(room, error));
  }

  async #join(room) {
    const known = room.lastId > 0;
    const joined = await this.#connection.ask(Events.roomJoin, { room: room.name });
    const news = room.load(joined);
    this.mine.set(room.name, room);
    if (room.lastId > 0) this.#connection.tell(Events.roomCaughtUp, { room: room.name, id: room.lastId });
    this.count(room, known ? news : []);
    this.#save();
    this.dispatchEvent(new CustomEvent("joined", { detail: room }));
    return room;
  }

  // A room that cannot be joined again, for example because there are too many now, is said so; the next reconnect tries it again.
  #failed(room, error) {
    if (error instanceof Interrupted) return;
    this.#update(() => room.addNotice(`This room cannot be reached: ${error.message}`));
  }

  #room(name) {
    const room = new Room(name);
    this.mine.set(name, room);
    return room;
  }

  #read() {
    if (!document.hidden) this.open.unread = 0;
    this.changed();
  }

  #save() {
    sessionStorage.setItem(storageKey, JSON.stringify({ names: [...this.mine.keys()], open: this.open.name }));
    this.changed();
  }

  #update(change) {
    change();
    this.changed();
  }
}
