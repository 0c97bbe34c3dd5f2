import { Server } from "socket.io";

const date = new Date("2024-05-06T07:08:09.123Z");
const bytes = Buffer.from("asdfasdf");
const utf8 = ["てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string"];

export function serverC(http) {
  const io = new Server(http, {
    pingInterval: 2000,
    connectionStateRecovery: {},
    allowRequest: (request, accept) => setTimeout(() => accept(null, true), 10),
  });

  io.use((socket, next) =>
    next(socket.request._query.fail ? new Error("Auth failed (main namespace)") : undefined));
  io.of("/no").use((socket, next) => next(new Error("Auth failed (custom namespace)")));
  for (const name of ["/timeout_socket", "/valid", "/asd"]) io.of(name);
  io.of("/foo").on("connection", (socket) => socket.on("getId", (ack) => ack(socket.id)));
  io.of("/abc").on("connection", (socket) => socket.emit("handshake", socket.handshake));
  io.on("connection", onMainConnection);
}

function onMainConnection(socket) {
  let binarySeen = false;
  let blobsSeen = 0;
  const handlers = {
    hi: () => socket.emit("hi"),
    echo: (arg, ack) => ack(arg),
    ack: () => socket.emit("ack", (a, b) => a === 5 && b.test && socket.emit("got it")),
    getAckDate: (data, ack) => ack(date),
    getDate: () => socket.emit("takeDate", date),
    getDateObj: () => socket.emit("takeDateObj", { date }),
    getUtf8: () => utf8.forEach((text) => socket.emit("takeUtf8", text)),
    false: () => socket.emit("false", false),
    doge: () => socket.emit("doge", bytes),
    getbin: () => socket.emit("takebin", bytes),
    buffa: (a) => Buffer.isBuffer(a) && socket.emit("buffack"),
    jsonbuff: (a) =>
      a.hello === "lol" && Buffer.isBuffer(a.message) && a.goodbye === "gotcha" && socket.emit("jsonbuff-ack"),
    abuff1: (a) => { binarySeen = Buffer.isBuffer(a); },
    abuff2: () => binarySeen && socket.emit("abuff2-ack"),
    blob: (a) => Buffer.isBuffer(a) && socket.emit("back"),
    jsonblob: (a) =>
      a.hello === "lol" && Buffer.isBuffer(a.message) && a.goodbye === "gotcha" && socket.emit("jsonblob-ack"),
    blob1: (a) => { blobsSeen += Buffer.isBuffer(a); },
    blob2: (a) => { blobsSeen += typeof a === "string"; },
    blob3: (a) => { if (Buffer.isBuffer(a) && blobsSeen === 2) socket.emit("blob3-ack"); },
    getHandshake: (ack) => ack(socket.handshake),
    getId: (ack) => ack(socket.id),
  };
  for (const [name, handler] of Object.entries(handlers)) socket.on(name, handler);
}
