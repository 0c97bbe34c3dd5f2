// Assertions that several suites share.
import assert from "node:assert/strict";
import { fetchRaw } from "./http.mjs";
import { until } from "./wait.mjs";

export const errors = [
  { code: 0, message: "Transport unknown" },
  { code: 1, message: "Session ID unknown" },
  { code: 2, message: "Bad handshake method" },
  { code: 3, message: "Bad request" },
  { code: 4, message: "Forbidden" },
  { code: 5, message: "Unsupported protocol version" },
].map((error) => JSON.stringify(error));

export function assertEngineError(response, code) {
  assert.equal(response.body, errors[code]);
  assert.equal(response.status, code === 4 ? 403 : 400);
  assert.match(response.headers["content-type"], /^application\/json/);
}

/** Closed sessions answer code 1 to everything; a remembered close (`1`) may be handed out before. */
export function sessionGone(polling, what = "the end of the session") {
  return until(async () => {
    const response = await fetchRaw(polling.url, { method: "POST", body: "6", headers: { "content-type": "text/plain" } });
    return response.status === 400 && response.body === errors[1];
  }, what);
}

/** Closed without a protocol-level complaint about size: 1005 (no status) as Node does, or an ordinary status. */
export function assertPlainClose(code) {
  assert.ok([1000, 1002, 1005, 1006, 1008].includes(code), `close code ${code}`);
}

export function assertBetween(value, low, high, what) {
  assert.ok(value >= low && value <= high, `${what}: ${Math.round(value)} is not within ${low}..${high}`);
}
