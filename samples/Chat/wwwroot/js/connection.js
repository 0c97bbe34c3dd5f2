// The one connection to the server: its state, its reconnects, and asking with acknowledgements.
import { io } from "/lib/socket.io.esm.min.js";
import { namespace } from "/events.js";
import { identity } from "./identity.js";

const answerTimeout = 10_000;
const longestDelay = 30_000;

/** The server said no, in words for people. */
export class Refused extends Error {}

/** The connection ended before the answer came: ask again after the reconnect. */
export class Interrupted extends Error {}

export class Connection extends EventTarget {
  phase = "idle"; // connecting, connected, waiting (for retryAt), refused
  transport = "";
  retryAt = 0;
  refusal = "";
  #attempt = 0;
  #timer = 0;
  #socket;

  constructor() {
    super();
    // The library can reconnect by itself. The chat does it, to show when.
    this.#socket = io(namespace, {
      autoConnect: false,
      reconnection: false,
      timeout: 8000,
      auth: send => send({ name: identity.name, key: identity.key }),
    });
    this.#socket.on("connect", () => this.#connected());
    this.#socket.on("disconnect", reason => { if (reason !== "io client disconnect") this.#retry(); });
    this.#socket.on("connect_error", error => ("data" in error ? this.#refused(error.message) : this.#retry()));
    addEventListener("online", () => this.retryNow());
    addEventListener("offline", () => this.#changed());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.retryNow(); });
  }

  get isConnected() { return this.phase === "connected"; }

  get isOffline() { return !navigator.onLine && !this.isConnected; }

  start() {
    clearTimeout(this.#timer);
    this.#socket.disconnect();
    this.#attempt = 0;
    this.#connect();
  }

  retryNow() {
    if (this.phase === "waiting") this.#connect();
  }

  on(event, handler) { this.#socket.on(event, handler); }

  tell(event, payload) { if (this.isConnected) this.#socket.emit(event, payload); }

  /** For what is worthless later: dropped when it cannot go out at once. */
  tellVolatile(event, payload) { this.#socket.volatile.emit(event, payload); }

  /** Sends, waits for the acknowledgement, and throws what went wrong as one of the two errors above or as an error of its own. */
  async ask(event, payload) {
    if (!this.isConnected) throw new Interrupted("You are not connected.");
    let answer;
    try {
      answer = await this.#socket.timeout(answerTimeout).emitWithAck(event, payload);
    } catch {
      throw this.isConnected ? new Error("The server did not answer.") : new Interrupted("The connection was lost.");
    }
    if (answer.error) throw new Refused(answer.error.message ?? answer.error); // our own words, or those of the library
    return answer.value;
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#enter("connecting");
    this.#socket.connect();
  }

  #connected() {
    this.#attempt = 0;
    const engine = this.#socket.io.engine;
    this.transport = engine.transport.name;
    engine.on("upgrade", transport => {
      this.transport = transport.name;
      this.#changed();
    });
    this.#enter("connected");
  }

  // Longer and longer, and never all pages at the same moment.
  #retry() {
    clearTimeout(this.#timer);
    const delay = Math.min(longestDelay, 1000 * 2 ** this.#attempt++ + Math.random() * 1000);
    this.retryAt = Date.now() + delay;
    this.#timer = setTimeout(() => this.#connect(), delay);
    this.#enter("waiting");
  }

  #refused(message) {
    this.refusal = message;
    this.#enter("refused");
  }

  #enter(phase) {
    this.phase = phase;
    this.#changed();
  }

  #changed() { this.dispatchEvent(new Event("changed")); }
}
