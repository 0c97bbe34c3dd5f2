// Who is here, who is typing, who is sending a file.
import { Events } from "/events.js";

const shownFor = 3500;
const toldEvery = 2000;

export class Presence extends EventTarget {
  #connection;
  #rooms;
  #activities = new Map(); // room → what → { text, until }
  #lastTold = 0;

  constructor(connection, rooms) {
    super();
    this.#connection = connection;
    this.#rooms = rooms;
    connection.on(Events.memberJoined, change => this.#joined(change));
    connection.on(Events.memberLeft, change => this.#left(change));
    connection.on(Events.typingShown, ({ room, member }) => this.#show(room, `typing/${member.id}`, { typing: member.name }));
    connection.on(Events.fileProgress, progress => this.#show(progress.room, `file/${progress.author.id}`, { file: progress }));
    connection.on(Events.messageNew, ({ room, author, file }) => this.#hide(room, `${file ? "file" : "typing"}/${author.id}`));
  }

  /** Called at each key press; the server hears of it now and then. */
  typing(room) {
    if (!this.#connection.isConnected || Date.now() - this.#lastTold < toldEvery) return;
    this.#lastTold = Date.now();
    this.#connection.tellVolatile(Events.typingStart, { room: room.name });
  }

  stopTyping() { this.#lastTold = 0; }

  activities(room) { return [...(this.#activities.get(room.name)?.values() ?? [])]; }

  #joined({ room: name, member }) {
    const room = this.#rooms.mine.get(name);
    if (!room || room.members.some(other => other.id === member.id)) return;
    room.members = [...room.members, member];
    room.addNotice(`${member.name} joined`);
    this.#rooms.changed();
  }

  #left({ room: name, member }) {
    const room = this.#rooms.mine.get(name);
    if (!room) return;
    room.members = room.members.filter(other => other.id !== member.id);
    room.addNotice(`${member.name} left`);
    this.#hide(name, `typing/${member.id}`);
    this.#hide(name, `file/${member.id}`);
    this.#rooms.changed();
  }

  // Nobody says that they stopped: what is not repeated goes away.
  #show(room, what, activity) {
    const inRoom = this.#activities.get(room) ?? new Map();
    this.#activities.set(room, inRoom);
    clearTimeout(inRoom.get(what)?.timer);
    inRoom.set(what, { ...activity, timer: setTimeout(() => this.#hide(room, what), shownFor) });
    this.dispatchEvent(new Event("changed"));
  }

  #hide(room, what) {
    const activity = this.#activities.get(room)?.get(what);
    if (!activity) return;
    clearTimeout(activity.timer);
    this.#activities.get(room).delete(what);
    this.dispatchEvent(new Event("changed"));
  }
}
