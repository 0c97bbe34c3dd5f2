// The conformance host on Node's own socket.io: it proves the tests, nothing else.
import { createServer } from "node:http";
import { serverA } from "./server-a.mjs";
import { serverB } from "./server-b.mjs";
import { serverC } from "./server-c.mjs";
import { serverD } from "./server-d.mjs";

const servers = { A: serverA, B: serverB, C: serverC, D: serverD };
const letter = process.argv[2];
if (!(letter in servers)) {
  console.error("usage: host.mjs A|B|C|D (PORT in the environment)");
  process.exit(2);
}

const http = createServer((request, response) => response.writeHead(404).end());
http.setMaxListeners(0);
const hosted = servers[letter](http) ?? [];
http.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => console.log(`${letter} ready`));

// As an application would stop: the clients are told by the close of their transports, then the process ends.
process.once("SIGTERM", () => {
  for (const io of hosted) io.close();
  http.close(() => process.exit(0));
  http.closeIdleConnections();
});
