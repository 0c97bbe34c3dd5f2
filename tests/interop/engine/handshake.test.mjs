import { test } from "../support/timed.mjs";
import assert from "node:assert/strict";
import { host } from "../support/hosts.mjs";
import { fetchRaw } from "../support/http.mjs";
import { Polling } from "../support/polling.mjs";
import { RawSocket } from "../support/websocket.mjs";

const { http } = host("A");
const keys = ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"];

test("a polling handshake is answered with the open packet alone", async () => {
  const response = await fetchRaw(`${http}/engine.io/?EIO=4&transport=polling`);
  assert.equal(response.status, 200);
  assert.equal(response.headers["content-type"], "text/plain; charset=UTF-8");
  assert.equal(response.headers["cache-control"], "no-store");
  assert.equal(response.headers["content-length"], String(response.raw.length));
  assert.equal(response.body[0], "0");
  const open = JSON.parse(response.body.slice(1));
  assert.deepEqual(Object.keys(open), keys);
  assert.deepEqual({ ...open, sid: "" }, { sid: "", upgrades: ["websocket"], pingInterval: 300, pingTimeout: 200, maxPayload: 1000000 });
});

test("a websocket handshake is answered with the open packet as the first frame, and offers no upgrade", async () => {
  const socket = await RawSocket.open(http);
  assert.deepEqual(Object.keys(socket.handshake), keys);
  assert.deepEqual({ ...socket.handshake, sid: "" }, { sid: "", upgrades: [], pingInterval: 300, pingTimeout: 200, maxPayload: 1000000 });
  socket.close();
});

test("session ids are URL-safe and differ", async () => {
  const sessions = await Promise.all(Array.from({ length: 50 }, () => Polling.open(http)));
  const ids = sessions.map(({ sid }) => sid);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{16,}$/);
});

for (const query of ["t=abc12345", "b64=1", "foo=bar&baz=qux", "a=%F0%9F%98%80", "sid2=x"])
  test(`the handshake ignores ?${query}`, async () => {
    const polling = await Polling.open(http, { query: `&${query}` });
    assert.equal((await polling.post("4x")).body, "ok");
    assert.deepEqual(await polling.take(1), ["4x"]);
  });

test("a request outside the path is not the engine's", async () => {
  for (const path of ["/", "/engine.io?EIO=4&transport=polling", "/other/?EIO=4&transport=polling"])
    assert.equal((await fetchRaw(http + path)).status, 404, path);
});

test("every response allows any origin, for browsers", async () => {
  const headers = { origin: "https://example.org" };
  const polling = await Polling.open(http, { headers });
  assert.equal(polling.handshakeResponse.headers["access-control-allow-origin"], "*");
  const post = await polling.post("4x", { ...headers, "content-type": "text/plain" });
  assert.equal(post.headers["access-control-allow-origin"], "*");
  assert.equal((await polling.get({ headers })).headers["access-control-allow-origin"], "*");
});
