// Sends files in chunks, each acknowledged before the next. A lost connection only pauses: the server says which chunk it wants.
import { Events, Limits } from "/events.js";
import { Interrupted } from "./connection.js";
import { toast } from "./dom.js";
import { randomId } from "./identity.js";

export class Uploads {
  #connection;
  #rooms;
  #messages;

  constructor(connection, rooms, messages) {
    this.#connection = connection;
    this.#rooms = rooms;
    this.#messages = messages;
  }

  start(room, file) {
    if (file.size === 0) return toast(`“${file.name}” is empty.`);
    if (file.size > Limits.maxFileBytes) return toast(`“${file.name}” is larger than ${Limits.maxFileBytes / 1024 / 1024} MB.`);
    const abort = new AbortController();
    const item = room.addOwn({
      clientId: randomId(),
      room: room.name,
      author: this.#rooms.me,
      text: "",
      at: new Date().toISOString(),
      state: "uploading",
      upload: { done: 0, cancel: () => abort.abort() },
      file: { id: null, name: file.name.slice(-Limits.maxFileNameLength), type: file.type, size: file.size },
      localUrl: URL.createObjectURL(file),
    });
    this.#rooms.changed();
    return this.#run(room, file, item, abort.signal);
  }

  async #run(room, file, item, signal) {
    try {
      const { id } = await this.#ask(room, signal, Events.fileStart, { room: room.name, ...item.file });
      item.file.id = id;
      for (let number = 0; number * Limits.chunkBytes < file.size; ) {
        const start = number * Limits.chunkBytes;
        const bytes = await file.slice(start, start + Limits.chunkBytes).arrayBuffer();
        ({ number } = await this.#ask(room, signal, Events.fileWrite, { id, number, bytes }));
        item.upload.done = Math.min(file.size, number * Limits.chunkBytes);
        this.#rooms.changed();
      }
      item.state = "pending";
      this.#messages.send({ clientId: item.clientId, room: room.name, fileId: id });
    } catch (error) {
      this.#failed(room, item, error, signal);
    }
    item.upload = undefined;
    this.#rooms.changed();
  }

  #failed(room, item, error, signal) {
    if (item.file.id) this.#connection.tell(Events.fileCancel, { id: item.file.id });
    room.remove(item);
    URL.revokeObjectURL(item.localUrl);
    if (!signal.aborted) toast(`“${item.file.name}” was not sent: ${error.message}`);
  }

  /** Asks until there is an answer, over any number of reconnects. */
  async #ask(room, signal, event, payload) {
    for (;;) {
      signal.throwIfAborted();
      if (!room.joined) await this.#joined(room, signal);
      try {
        return await this.#connection.ask(event, payload);
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
      }
    }
  }

  #joined(room, signal) {
    return new Promise((resolve, reject) => {
      this.#rooms.addEventListener("joined", ({ detail }) => { if (detail === room) resolve(); }, { signal });
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }
}
