// Starts a conformance host on a free loopback port and stops it by its own pid.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { once } from "node:events";
import { delay, within } from "./wait.mjs";
import { fetchRaw } from "./http.mjs";
import { RawSocket } from "./websocket.mjs";

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

export async function startHost(command, letter) {
  const [program, ...args] = command.split(/\s+/).filter(Boolean);
  const handle = await onFreePort((port) => startProcess(program, [...args, letter], { port, letter }));
  await warmUp(handle.port, letter);
  return handle;
}

export function startRedis() {
  return onFreePort((port) => startProcess("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", tmpdir()], { port }));
}

// between its choice and its use anybody may take a port
async function onFreePort(start) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === 5 || !/address (is )?already in use|EADDRINUSE/i.test(error.message)) throw error;
    }
  }
}

async function startProcess(program, args, { port, letter }) {
  const child = spawn(program, args, { env: { ...process.env, PORT: String(port) }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const handle = {
    letter,
    port,
    exited: false,
    output: () => output.slice(-4000),
    stop: () => stop(child),
  };
  const ready = new Promise((resolve, reject) => {
    const collect = (chunk) => {
      output += chunk;
      if (/\bready\b/i.test(output)) resolve();
      if (output.length > 1e6) output = output.slice(-4000);
    };
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    child.on("error", reject);
    child.on("exit", () => (handle.exited = true));
    child.on("close", (code, signal) => {
      // only now is its output complete
      reject(new Error(`host ${letter ?? "redis"} ended (${signal ?? code}) before it was ready:\n${output}`));
    });
  });
  ready.catch(() => {});
  await within(ready, `host ${letter ?? "redis"}: ready`, 60_000);
  return handle;
}

// the first request and the first websocket of a process are slow: that is not what the tests measure
async function warmUp(port, letter) {
  const path = letter === "A" ? "/engine.io/" : "/socket.io/";
  const base = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 5; i++) {
    await fetchRaw(`${base}${path}?EIO=4&transport=polling`).catch(() => {});
    const socket = await RawSocket.open(base, { path }).catch(() => {});
    socket?.close();
  }
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await Promise.race([exited, delay(3000)]);
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGKILL");
    await exited;
  }
}
