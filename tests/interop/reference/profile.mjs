// One profile of server D: the same namespaces and handlers on each, and what the RPC can ask of it.
import { setImmediate as nextTurn } from "node:timers/promises";
import { methodsOf } from "./rpc.mjs";
import { withoutCallback } from "./log.mjs";

export class Profile {
  middlewareRuns = 0;
  newNamespaces = [];
  serverEvents = [];
  logs = new Map();

  constructor(io) {
    this.io = io;
    this.methods = methodsOf(this);
    io.on("new_namespace", (nsp) => this.newNamespaces.push(nsp.name));
    io.use((socket, next) => {
      this.middlewareRuns++;
      next();
    });
    this.#registerNamespaces();
  }

  logOf(nsp, id) {
    const key = `${nsp} ${id}`;
    if (!this.logs.has(key)) this.logs.set(key, []);
    return this.logs.get(key);
  }

  #registerNamespaces() {
    const { io } = this;
    const add = (nsp, onConnection = () => {}) => {
      nsp.on("connection", (socket) => {
        this.#observe(socket);
        onConnection(socket);
        addHandlers(socket);
      });
      nsp.on?.("srv-event", (...args) => this.serverEvents.push(args));
      nsp.on?.("srv-ask", (...args) => args.at(-1)("from-host"));
      return nsp;
    };
    const refuse = (message, data) => (socket, next) => next(Object.assign(new Error(message), data && { data }));
    const refuseIf = (test, message) => (socket, next) =>
      next(test(socket.handshake.auth) ? new Error(message) : undefined);

    for (const name of ["/", "/a", "/b"]) add(io.of(name));
    add(io.of("/reject").use(refuse("Authentication error", { a: "b", c: 3 })));
    add(io.of("/reject-plain").use(refuse("plain")));
    add(io.of("/auth").use(refuseIf((auth) => auth.token !== "ok", "unauthorized")));
    add(io.of("/slow").use((socket, next) => setTimeout(next, 150)));
    add(io.of("/mw-room")
      .use((socket, next) => (socket.join("room1"), next()))
      .use(refuseIf((auth) => auth.reject, "no")));
    add(io.of("/use"), (socket) =>
      socket.use(([event], next) => next(event === "blocked" ? new Error("Authentication error") : undefined)));
    add(io.of("/early").use((socket, next) => {
      socket.emit("early", 1);
      socket.emit("early", 2);
      next();
    }));
    add(io.of("/handshake"), (socket) => socket.emit("handshake", socket.handshake));
    add(io.of("/welcome"), (socket) => {
      socket.emit("welcome", 1);
      socket.emit("welcome", 2);
    });
    add(io.of(/^\/dynamic-\d+$/).use(refuseIf((auth) => auth.reject, "no")));
    add(io.of((name, auth, next) => next(null, name.startsWith("/fn-") && auth.token === "ok")));
  }

  #observe(socket) {
    const log = this.logOf(socket.nsp.name, socket.id);
    log.push({ t: "connection", recovered: socket.recovered });
    socket.onAny((ev, ...args) => log.push({ t: "event", ev, ...withoutCallback(args) }));
    socket.onAnyOutgoing((ev, ...args) => log.push({ t: "out", ev, args: withoutCallback(args).args }));
    socket.on("disconnecting", (reason) => log.push({ t: "disconnecting", reason, rooms: [...socket.rooms] }));
    socket.on("disconnect", (reason) => log.push({ t: "disconnect", reason }));
    socket.on("error", (error) => log.push({ t: "error", message: error?.message ?? null }));
  }
}

function addHandlers(socket) {
  const acknowledged = (handler) => (...args) => {
    const ack = typeof args.at(-1) === "function" ? args.pop() : () => {};
    handler(args, ack);
  };
  socket.on("echo", acknowledged((args, ack) => ack(...args)));
  socket.on("echo-back", (...args) => socket.emit("echo-back", ...args));
  socket.on("double-ack", acknowledged((args, ack) => (ack(1), ack(2))));
  const seen = new Set();
  socket.on("second-time", acknowledged(([key], ack) => (seen.has(key) ? ack(key) : void seen.add(key))));
  socket.on("count-to", async (count) => {
    for (let i = 0; i < count; i++) {
      socket.emit("count", i);
      if (i % 10 === 9) await nextTurn();
    }
  });
  socket.on("join", acknowledged(([room], ack) => (socket.join(room), ack())));
  socket.on("leave", acknowledged(([room], ack) => (socket.leave(room), ack())));
  socket.on("broadcast", (room, ev, ...args) =>
    (room == null ? socket.broadcast : socket.to(room)).emit(ev, ...args));
  socket.on("disconnect-me", (close) => socket.disconnect(close));
}
