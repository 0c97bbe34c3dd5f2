// node run.mjs [--host "<command>" | --reference] [--only AB] [--name pattern] [--concurrency n] [-v] [file or directory ...]
// Starts the hosts that the files name, runs the files with node's own runner, stops the hosts,
// and ends with one line: interop: N passed, N failed, N skipped
import { parseArgs } from "node:util";
import { startHost, startRedis } from "./support/process.mjs";
import { selectFiles, hostsOf } from "./support/files.mjs";
import { runFiles } from "./support/runner.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: "string", default: `dotnet ${import.meta.dirname}/../../artifacts/bin/Realtime.ConformanceHost/release/Realtime.ConformanceHost.dll` },
    reference: { type: "boolean", default: false },
    only: { type: "string", default: "ABCD" },
    name: { type: "string" },
    concurrency: { type: "string", default: "2" },
    verbose: { type: "boolean", short: "v", default: false },
  },
});

const command = options.reference ? `node ${import.meta.dirname}/reference/host.mjs` : options.host;
const letters = new Set(options.only.toUpperCase().replace(/[^A-D]/g, ""));
const files = selectFiles(positionals).filter((file) => !(options.reference && /\/(raw|numbered)\/|\/redis\/harm/.test(file))).filter((file) => [...hostsOf(file)].every((letter) => letters.has(letter)));
const needed = new Set(files.flatMap((file) => [...hostsOf(file)]));

if (options.reference) process.env.REFERENCE = "1";
else process.env.HOST_COMMAND = options.host; // for files that start one more
const hosts = [];
for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => Promise.all(hosts.map((host) => host.stop())).then(() => process.exit(130)));
let counts = { passed: 0, failed: 1, skipped: 0 };
try {
  if (files.some((file) => file.includes("/redis/"))) {
    const redis = await startRedis();
    hosts.push(redis);
    process.env.REDIS = `127.0.0.1:${redis.port}`;
  }
  await Promise.all([...needed].map(async (letter) => hosts.push(await startHost(command, letter))));
  for (const { letter, port } of hosts.filter((each) => each.letter)) process.env[`HOST_${letter}`] = String(port);
  counts = await runFiles(files, options);
  for (const host of hosts.filter((each) => each.exited)) {
    console.error(`host ${host.letter ?? "redis"} ended during the run:\n${host.output()}`);
    counts.failed++;
  }
} catch (error) {
  console.error(error.message);
} finally {
  await Promise.all(hosts.map((host) => host.stop()));
}
console.log(`interop: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed || counts.passed === 0 ? 1 : 0);
