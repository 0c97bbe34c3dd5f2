import { createRequire } from "node:module";

// engine.io is a dependency of socket.io: take the copy that socket.io itself uses
const { attach } = createRequire(createRequire(import.meta.url).resolve("socket.io"))("engine.io");

export function serverA(http) {
  const engine = attach(http, {
    path: "/engine.io/",
    pingInterval: 300,
    pingTimeout: 200,
    maxHttpBufferSize: 1e6,
    cors: { origin: "*" },
  });
  engine.on("connection", (socket) => {
    socket.on("message", (data) => socket.send(data));
  });
}
