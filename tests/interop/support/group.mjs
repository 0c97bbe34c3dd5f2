// A few raw sockets in a dynamic namespace that no other test uses, and what each of them received.
import { host } from "./hosts.mjs";
import { rpc } from "./rpc.mjs";
import { pollingSocket, websocketSocket } from "./socketio.mjs";

let unique = 0;
export const freshNamespace = () => `/dynamic-${process.pid}${String(performance.now()).replace(".", "")}${++unique}`;

export class Group {
  /** Sockets a, b, c, ... by websocket; upper-case names are by polling. */
  static async open(t, names, { profile = "default", path = "/socket.io/" } = {}) {
    const group = new Group();
    group.nsp = freshNamespace();
    group.profile = profile;
    group.server = rpc(profile);
    const base = host("D").http;
    for (const name of names) {
      const open = name === name.toLowerCase() ? websocketSocket : pollingSocket;
      group[name] = await open(base, { path, nsp: group.nsp });
      group[name].name = name;
    }
    group.sockets = [...names].map((name) => group[name]);
    t.after(() => group.sockets.forEach((socket) => socket.close?.()));
    return group;
  }

  /** Calls a method of the RPC in the namespace of the group. */
  call(m, params = {}) {
    return this.server[m]({ nsp: this.nsp, ...params });
  }

  id(name) {
    return this[name].id;
  }

  /** Joins: { room: "abc" } puts a, b and c into the room. */
  async join(rooms) {
    for (const [room, names] of Object.entries(rooms))
      for (const name of names) await this.call("socketJoin", { id: this.id(name), rooms: [room] });
  }

  send(name, ...args) {
    this[name].send(`42${this.nsp},${JSON.stringify(args)}`);
  }

  async ask(name, ...args) {
    this[name].send(`42${this.nsp},0${JSON.stringify(args)}`);
    const answer = await this[name].next();
    if (!answer.startsWith(`43${this.nsp},0`)) throw new Error(`answer: ${answer}`);
    return JSON.parse(answer.slice(`43${this.nsp},0`.length));
  }

  /** The names of the sockets that got the event since the last call, one letter per delivery, e.g. "aac". */
  async receivers() {
    await this.call("emit", { ev: "--end--" });
    let names = "";
    for (const socket of this.sockets)
      for (let frame; (frame = await socket.next(`the end marker at ${socket.name}`)) !== `42${this.nsp},["--end--"]`; ) {
        if (!String(frame).startsWith(`42${this.nsp},`)) throw new Error(`${socket.name} got ${frame}`);
        names += socket.name;
      }
    return names;
  }
}
