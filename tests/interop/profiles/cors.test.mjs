import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { fetchRaw } from "../support/http.mjs";
import { Polling } from "../support/polling.mjs";
import { RawSocket } from "../support/websocket.mjs";

const { http } = host("D");
const corsHeaders = ({ headers }) => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("access-control-")));
const origin = "https://example.com";
const granted = { "access-control-allow-origin": origin, "access-control-allow-credentials": "true" };

// every kind of response of a profile to a request from that origin
async function responses(path, from) {
  const headers = { origin: from };
  const polling = await Polling.open(http, { path, headers });
  await polling.post("40");
  return {
    "the handshake": polling.handshakeResponse,
    "a GET": await polling.get({ headers }),
    "a POST": await polling.post("6", { ...headers, "content-type": "text/plain" }),
    "an unknown sid": await fetchRaw(`${http}${path}?EIO=4&transport=polling&sid=x`, { headers }),
    "an unknown transport": await fetchRaw(`${http}${path}?EIO=4&transport=x`, { headers }),
  };
}

describe("CORS", { concurrency: 4 }, () => {
  test("cors: every response to the configured origin names it and allows credentials", async () => {
    for (const [what, response] of Object.entries(await responses("/p/cors/", origin))) assert.deepEqual(corsHeaders(response), granted, what);
  });

  // Node names the configured origin to everybody, ASP.NET Core names nothing to a stranger: for a browser both refuse.
  test("cors: no response to another origin names that one", async () => {
    for (const [what, response] of Object.entries(await responses("/p/cors/", "https://other.example")))
      assert.ok([undefined, origin].includes(corsHeaders(response)["access-control-allow-origin"]), what);
  });

  test("cors: a preflight is answered 204 with methods and headers, without a session", async () => {
    const response = await fetchRaw(`${http}/p/cors/?EIO=4&transport=polling`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "my-header" },
    });
    assert.equal(response.status, 204);
    assert.equal(response.body, "");
    const { "access-control-allow-methods": methods, ...rest } = corsHeaders(response);
    assert.deepEqual(methods.split(/,\s*/).sort(), ["GET", "POST"]);
    assert.deepEqual(rest, { ...granted, "access-control-allow-headers": "my-header" });
  });

  test("corsany: every response allows any origin, without credentials", async () => {
    for (const [what, response] of Object.entries(await responses("/p/corsany/", "https://other.example")))
      assert.deepEqual(corsHeaders(response), { "access-control-allow-origin": "*" }, what);
  });

  test("corsany: a preflight reflects the requested headers", async () => {
    const response = await fetchRaw(`${http}/p/corsany/?EIO=4&transport=polling`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "x-one,x-two" },
    });
    assert.equal(response.status, 204);
    assert.equal(response.headers["access-control-allow-origin"], "*");
    assert.match(response.headers["access-control-allow-methods"], /GET.*POST|POST.*GET/);
    assert.deepEqual(response.headers["access-control-allow-headers"].toLowerCase().split(/,\s*/), ["x-one", "x-two"]);
  });

  test("default: no CORS headers at all", async () => {
    for (const [what, response] of Object.entries(await responses("/socket.io/", origin))) assert.deepEqual(corsHeaders(response), {}, what);
  });

  test("default: a preflight is not answered by CORS", async () => {
    const response = await fetchRaw(`${http}/socket.io/?EIO=4&transport=polling`, { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });
    assert.ok(response.status >= 400, `status ${response.status}`);
    assert.deepEqual(corsHeaders(response), {});
  });

  for (const path of ["/socket.io/", "/p/cors/"])
    test(`${path}: a websocket from any origin is accepted: CORS does not apply to it`, async () => {
      const socket = await RawSocket.open(http, { path, headers: { origin: "https://other.example" } });
      socket.close();
    });
});
