// A raw long-polling client: it sends what the test says, one request at a time, and hides nothing.
import { fetchRaw, send, separator } from "./http.mjs";
import { event, within } from "./wait.mjs";

export class Polling {
  static async open(base, { path = "/engine.io/", query = "", headers = {}, transport = "polling" } = {}) {
    const response = await fetchRaw(`${base}${path}?EIO=4&transport=${transport}${query}`, { headers });
    if (response.status !== 200) throw new Error(`handshake: ${response.status} ${response.body}`);
    return new Polling(base, path, response);
  }

  constructor(base, path, response) {
    const [open, ...rest] = response.body.split(separator);
    this.handshakeResponse = response;
    this.handshake = JSON.parse(open.slice(1));
    this.sid = this.handshake.sid;
    this.packets = rest;
    this.path = path;
    this.base = base;
    this.url = `${base}${path}?EIO=4&transport=polling&sid=${this.sid}`;
  }

  websocketUrl(query = "EIO=4") {
    return `${this.base.replace("http", "ws")}${this.path}?${query}&transport=websocket&sid=${this.sid}`;
  }

  get(options) {
    return fetchRaw(this.url, options);
  }

  /** A GET that stays open: {request, response}. */
  hold(options) {
    return send(this.url, options);
  }

  /** The same, and the server has it: a request of the session that was begun behind it has been answered. */
  async holdAtServer() {
    const held = this.hold();
    await event(held.request, "finish");
    await this.post("6");
    return held;
  }

  post(body, headers = { "content-type": "text/plain;charset=UTF-8" }) {
    return fetchRaw(this.url, { method: "POST", body, headers });
  }

  /** The next packet but pings (answered) and noops (dropped), polling as long as it takes. */
  async next({ keep = () => false, what = "a packet" } = {}) {
    return within(this.#next(keep), what);
  }

  async #next(keep) {
    for (;;) {
      while (this.packets.length) {
        const packet = this.packets.shift();
        if (keep(packet)) return packet;
        if (packet === "2") await this.post("3");
        else if (packet !== "6") return packet;
      }
      const response = await this.get();
      if (response.status !== 200) throw new Error(`poll: ${response.status} ${response.body}`);
      this.packets.push(...response.body.split(separator));
    }
  }

  async take(count) {
    const taken = [];
    while (taken.length < count) taken.push(await this.next({ what: `packet ${taken.length + 1} of ${count}` }));
    return taken;
  }

  async isAlive() {
    return (await this.post("6")).status === 200;
  }
}
