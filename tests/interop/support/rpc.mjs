// The JSON RPC of server D: rpc("fast").emit({ ev: "x" }).
import { fetchRaw } from "./http.mjs";
import { host } from "./hosts.mjs";

const revive = (key, value) =>
  value !== null && typeof value === "object" && typeof value.$bin === "string" ? Buffer.from(value.$bin, "base64") : value;

const encode = (value) => {
  if (Buffer.isBuffer(value)) return { $bin: value.toString("base64") };
  if (Array.isArray(value)) return value.map(encode);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, encode(each)]));
};

export async function callRpc(call) {
  const response = await fetchRaw(`${host("D").http}/__kit/rpc`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(encode(call)),
  });
  const answer = JSON.parse(response.body, revive);
  if (!answer.ok) throw new Error(answer.e);
  return answer.r;
}

export const rpc = (profile) =>
  new Proxy({}, { get: (_, m) => (params = {}) => callRpc({ profile, m, ...params }) });
