// node meet.mjs <address> [cookies]: clients on each transport through a load balancer; the tests of Realtime.Redis run it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { io } from "socket.io-client";

const [address, cookies] = process.argv.slice(2);
const kinds = { polling: ["polling"], websocket: ["websocket"], upgrade: ["polling", "websocket"] };
const sockets = [];

for (const [kind, transports] of Object.entries(kinds)) {
  for (let i = 0; i < 4; i++) {
    const socket = io(address, { transports, forceNew: true, reconnection: false, rejectUnauthorized: false, withCredentials: cookies === "cookies" });
    socket.on("disconnect", (reason) => { if (reason !== "io client disconnect") throw new Error(`${kind}: ${reason}`); });
    socket.on("connect_error", (error) => { throw error; });
    socket.heard = [];
    socket.on("said", (text) => { if (text.startsWith("node ")) socket.heard.push(text); });
    await once(socket, "connect");
    if (kind === "upgrade" && socket.io.engine.transport.name === "polling") await once(socket.io.engine, "upgrade");
    sockets.push(socket);
    const node = await socket.timeout(10_000).emitWithAck("which");
    for (let n = 0; n < 10; n++) assert.equal(await socket.timeout(10_000).emitWithAck("which"), node);
    assert.equal(socket.io.engine.transport.name, kind === "polling" ? "polling" : "websocket");
  }
}

await Promise.all(sockets.map((socket, i) => socket.timeout(10_000).emitWithAck("say", `node ${i}`)));
for (const socket of sockets) while (socket.heard.length < sockets.length) await once(socket, "said");
for (const socket of sockets) {
  assert.equal(new Set(socket.heard).size, sockets.length);
  socket.disconnect();
}
