// Which test files there are, and which hosts each one talks to: it says so itself, with host("A").
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const directories = ["engine", "socketio", "client", "profiles", "raw", "numbered", "redis"];

export function selectFiles(selection) {
  const paths = selection.length ? selection.map((each) => resolve(root, each)) : [...directories.map((each) => join(root, each)), join(root, "quirks.test.mjs")];
  return paths.flatMap((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return selection.length ? fail(path) : [];
    return found.isDirectory() ? readdirSync(path).filter((name) => name.endsWith(".test.mjs")).sort().map((name) => join(path, name)) : [path];
  });
}

export function hostsOf(file) {
  return new Set([...readFileSync(file, "utf8").matchAll(/\bhost\("([A-D])"\)/g)].map((match) => match[1]));
}

function fail(path) {
  throw new Error(`no such test file: ${path}`);
}
