// Runs test files with node's own runner and prints failures only (everything with --verbose).
import { run } from "node:test";
import { relative } from "node:path";

export async function runFiles(files, { concurrency, verbose, name }) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const stream = run({
    files,
    concurrency: Number(concurrency),
    timeout: 300_000,
    ...(name && { testNamePatterns: [name] }),
  });
  const leaf = ({ details }) => details?.type !== "suite";
  // a test made by a helper is reported under the helper's file, which tells nothing
  const label = ({ file, name: each }) => (!file || file.includes("/support/") ? each : `${relative(process.cwd(), file)}: ${each}`);
  stream.on("test:pass", (test) => {
    if (!leaf(test) || (name && String(test.skip).includes("pattern"))) return;
    if (test.skip !== undefined || test.todo !== undefined) counts.skipped++;
    else counts.passed++;
    if (verbose) console.log(`${test.skip !== undefined ? "skip" : "ok  "} ${label(test)} (${Math.round(test.details.duration_ms)} ms)`);
  });
  stream.on("test:fail", (test) => {
    const error = test.details.error;
    if (!leaf(test) && error?.failureType === "subtestsFailed") return;
    counts.failed++;
    const cause = error?.cause ?? error;
    console.log(`FAIL ${label(test)}\n     ${String(cause?.stack ?? cause).split("\n").slice(0, 14).join("\n     ")}`);
  });
  stream.on("test:diagnostic", ({ message }) => {
    if (message.startsWith("tried again")) console.log(message);
  });
  stream.on("test:stderr", ({ message }) => process.stderr.write(message));
  stream.on("test:stdout", ({ message }) => process.stdout.write(message));
  await new Promise((resolve) => stream.on("end", resolve).resume());
  return counts;
}
