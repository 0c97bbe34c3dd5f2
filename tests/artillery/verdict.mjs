// Compares what artillery has sent with what the servers have counted: verdict.mjs users least a.json b.json report.json…
import { readFileSync } from "node:fs";

const [users, least] = process.argv.slice(2, 4).map(Number);
const [a, b, ...reports] = process.argv.slice(4).map((file) => JSON.parse(readFileSync(file, "utf8")));
const sum = (counter) => reports.reduce((total, { aggregate }) => total + (aggregate.counters[counter] ?? 0), 0);

const completed = sum("vusers.completed");
const failed = sum("vusers.failed");
const sent = sum("socketio.emit");
const received = a.received + b.received;
const polled = a.polled + b.polled;
const began = Math.min(...reports.map(({ aggregate }) => aggregate.firstMetricAt));
const ended = Math.max(...reports.map(({ aggregate }) => aggregate.lastMetricAt));
const rate = Math.floor(sent / ((ended - began) / 1000));
for (const { aggregate } of reports) {
  const { median, p99 } = aggregate.summaries["socketio.response_time"];
  console.log(`answered within ${median} ms (median), ${p99} ms (99th percentile)`);
  for (const name of Object.keys(aggregate.counters).filter((name) => name.startsWith("errors."))) {
    console.log(`${name}: ${aggregate.counters[name]}`);
  }
}
console.log(`${polled} over polling, ${received - polled} over WebSocket; clients per server: ${a.clients}, ${b.clients}; ${((ended - began) / 1000).toFixed(1)} s`);
console.log(`artillery: ${completed} of ${users} users, sent ${sent}, received ${received}, ${rate} messages/s`);
const isBoth = polled > 0 && polled < received && a.clients > 0 && b.clients > 0;
process.exitCode = isBoth && completed === users && failed === 0 && sent === received && rate >= least ? 0 : 1;
