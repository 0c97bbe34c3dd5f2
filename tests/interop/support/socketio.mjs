// Raw Socket.IO sessions: an engine session that has joined a namespace.
import { Polling } from "./polling.mjs";
import { RawSocket } from "./websocket.mjs";

const isAnswer = (nsp) => (nsp === "/" ? "40{" : `40${nsp},{`);

function join(packet, nsp) {
  if (!packet.startsWith(isAnswer(nsp))) throw new Error(`CONNECT to ${nsp} was answered ${packet}`);
  return JSON.parse(packet.slice(packet.indexOf("{"))).sid;
}

const connectPacket = (nsp, auth) => `40${nsp === "/" ? "" : `${nsp},`}${auth ? JSON.stringify(auth) : ""}`;

/** A polling session in the namespace; `id` is the id of its socket. */
export async function pollingSocket(base, { path = "/socket.io/", nsp = "/", auth, ...options } = {}) {
  const polling = await Polling.open(base, { path, ...options });
  await polling.post(connectPacket(nsp, auth));
  polling.id = join(await polling.next(), nsp);
  return polling;
}

/** A websocket session in the namespace; `id` is the id of its socket. */
export async function websocketSocket(base, { path = "/socket.io/", nsp = "/", auth, ...options } = {}) {
  const socket = await RawSocket.open(base, { path, ...options });
  socket.id = await connectTo(socket, nsp, auth);
  return socket;
}

export async function connectTo(socket, nsp, auth) {
  socket.send(connectPacket(nsp, auth));
  return join(await socket.next(`the answer to CONNECT ${nsp}`), nsp);
}
