import { test } from "../support/timed.mjs";
import assert from "node:assert/strict";
import { gunzipSync, inflateSync } from "node:zlib";
import { host } from "../support/hosts.mjs";
import { Polling } from "../support/polling.mjs";

const { http } = host("A");
const decoders = { gzip: gunzipSync, deflate: inflateSync, undefined: (raw) => raw };

const cases = [
  // what the client accepts, bytes of the response, expected Content-Encoding
  ["gzip, deflate", 1024, "gzip"],
  ["gzip", 1024, "gzip"],
  ["deflate", 1024, "deflate"],
  ["deflate;q=0.5, gzip, br", 5000, "gzip"],
  ["br", 5000, undefined],
  ["identity", 5000, undefined],
  [undefined, 5000, undefined],
  ["gzip, deflate", 1023, undefined],
  ["gzip;q=0, deflate", 5000, "deflate"],
];

for (const [accepted, size, encoding] of cases)
  test(`a response of ${size} bytes to a client that accepts ${accepted ?? "nothing said"} is ${encoding ?? "not compressed"}`, async () => {
    const polling = await Polling.open(http);
    const message = "4" + "x".repeat(size - 1);
    await polling.post(message);
    const response = await polling.get({ headers: accepted === undefined ? {} : { "accept-encoding": accepted } });
    assert.equal(response.headers["content-encoding"], encoding);
    assert.equal(decoders[encoding](response.raw).toString(), message);
    if (encoding === undefined) assert.equal(response.headers["content-length"], String(size));
  });
