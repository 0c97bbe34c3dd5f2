import { Server } from "socket.io";
import { profiles } from "./profiles.mjs";
import { Profile } from "./profile.mjs";
import { decodeBinary, encodeBinary } from "./json.mjs";

export function serverD(http) {
  const hosted = new Map();
  for (const [name, { path = `/p/${name}`, ...options }] of Object.entries(profiles)) {
    const io = new Server(http, { path, serveClient: name === "default", ...options });
    hosted.set(name, new Profile(io));
  }

  // socket.io has put its own listeners in front: ours must be the first to see the RPC path
  const others = http.listeners("request");
  http.removeAllListeners("request");
  http.on("request", (request, response) => {
    if (request.url === "/__kit/rpc" && request.method === "POST") return answer(request, response, hosted);
    for (const listener of others) listener.call(http, request, response);
  });
  return [...hosted.values()].map(({ io }) => io);
}

async function answer(request, response, hosted) {
  let result;
  try {
    const call = decodeBinary(JSON.parse(Buffer.concat(await request.toArray()).toString()));
    result = { ok: true, r: (await invoke(hosted, call)) ?? null };
  } catch (error) {
    result = { ok: false, e: error.message };
  }
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(encodeBinary(result)));
}

function invoke(hosted, call) {
  if (call.m === "batch")
    return Promise.all(call.calls.map((each) => invoke(hosted, { profile: call.profile, ...each }) ?? null));
  const profile = hosted.get(call.profile);
  if (!profile) throw new Error(`unknown profile ${call.profile}`);
  if (!Object.hasOwn(profile.methods, call.m)) throw new Error(`unknown method ${call.m}`);
  return profile.methods[call.m](call);
}
