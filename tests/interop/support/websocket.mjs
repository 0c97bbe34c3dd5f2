// A raw websocket client on ws. Text frames come as strings, binary ones as Buffers.
import { WebSocket } from "ws";
import { Inbox, within } from "./wait.mjs";

export class RawSocket {
  frames = new Inbox();
  all = [];

  constructor(url, options = {}) {
    this.ws = new WebSocket(url, options.protocols ?? [], { perMessageDeflate: false, ...options });
    this.opened = new Promise((resolve, reject) => {
      this.ws.on("open", () => {
        this.ws._socket.unref(); // left open by a test, it must not keep the process
        resolve();
      });
      this.ws.on("error", reject);
    });
    this.opened.catch(() => {});
    this.refused = new Promise((resolve) => {
      this.ws.on("unexpected-response", async (request, response) => {
        const body = Buffer.concat(await response.toArray()).toString();
        resolve({ status: response.statusCode, headers: response.headers, body });
        request.destroy();
      });
    });
    this.ws.on("upgrade", (response) => (this.upgradeHeaders = response.headers));
    this.ws.on("message", (data, binary) => this.#onMessage(binary ? data : data.toString()));
    this.closed = new Promise((resolve) => this.ws.on("close", (code) => resolve({ code, at: performance.now() })));
  }

  /** Opens and answers pings unless told otherwise. The open packet is taken off and kept in `handshake`. */
  static async open(base, { path = "/engine.io/", query = "", autoPong = true, ...options } = {}) {
    const url = `${base.replace("http", "ws")}${path}?EIO=4&transport=websocket${query}`;
    const socket = new RawSocket(url, options);
    socket.autoPong = autoPong;
    await within(socket.opened, `websocket ${url}`);
    const packet = await socket.next("the open packet");
    socket.handshake = JSON.parse(packet.slice(1));
    return socket;
  }

  #onMessage(frame) {
    this.all.push({ frame, at: performance.now() });
    if (frame === "2" && this.autoPong) this.send("3");
    else this.frames.push(frame);
  }

  send(...frames) {
    for (const frame of frames) if (this.ws.readyState === WebSocket.OPEN) this.ws.send(frame);
  }

  /**
   * Sends one frame after the other and lets the server read each before the next one leaves.
   * Node finishes CONNECT and DISCONNECT one tick late: what comes in the same read is judged by the old state.
   */
  async sendOneByOne(...frames) {
    for (const frame of frames) {
      this.send(frame);
      if (!this.isOpen) return;
      const pong = new Promise((resolve) => this.ws.once("pong", resolve));
      this.ws.ping();
      await within(Promise.race([pong, this.closed]), `the pong behind ${frame}`);
    }
  }

  next(what = "a websocket frame") {
    return this.frames.next(what);
  }

  take(count, what) {
    return this.frames.take(count, what);
  }

  async closing(what = "the close of the websocket") {
    return (await within(this.closed, what)).code;
  }

  get isOpen() {
    return this.ws.readyState === WebSocket.OPEN;
  }

  close() {
    this.ws.terminate();
  }
}

/** How an upgrade request ends: {open: RawSocket} | {status, body} | {error} */
export async function attempt(url, options) {
  const socket = new RawSocket(url, options);
  return within(
    Promise.race([
      socket.opened.then(() => ({ open: socket }), (error) => ({ error })),
      socket.refused,
    ]),
    `an answer to the upgrade request ${url}`,
  );
}
