"use strict";

const { createServer } = require("http");
const { Server } = require("socket.io");

const port = Number(process.env.PORT || 3000);
const options = { serveClient: false };
if (process.env.PING_INTERVAL) {
  options.pingInterval = Number(process.env.PING_INTERVAL);
}

const http = createServer();
const io = new Server(http, options);

// The servers that use the same Redis are one cluster.
async function connectRedis() {
  if (!process.env.REDIS) {
    return;
  }
  const { createClient } = require("redis");
  const { createAdapter } = require("@socket.io/redis-adapter");
  const pub = createClient({ url: `redis://${process.env.REDIS}` });
  const sub = pub.duplicate();
  await Promise.all([pub.connect(), sub.connect()]);
  io.adapter(createAdapter(pub, sub));
}

io.on("connection", (socket) => {
  socket.join("r");
  socket.on("echo", (value, ack) => ack(value));
  socket.on("pub", (value) => io.to("r").emit("msg", value));
});

// The backlog that Kestrel chooses too: the runs that connect thousands compare servers, not their accept queues.
connectRedis().then(() => http.listen({ port, host: "127.0.0.1", backlog: 512 }, () => console.log(`ready on ${port}`)));
