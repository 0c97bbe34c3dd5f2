// Fetches files chunk by chunk, at our own pace: one file at a time, and each chunk is asked for when the one before is here.
import { Events, Limits } from "/events.js";
import { Interrupted } from "./connection.js";

const previewTypes = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const previewBytes = 3_000_000;

export const isImage = file => previewTypes.has(file.type);

export class Downloads {
  #connection;
  #rooms;
  #files = new Map(); // id → { state: waiting, loading, paused, failed, done; done: bytes; url }
  #queue = Promise.resolve();

  constructor(connection, rooms) {
    this.#connection = connection;
    this.#rooms = rooms;
    rooms.addEventListener("joined", () => this.#resume());
  }

  get(file) { return this.#files.get(file.id); }

  /** Small pictures are fetched when they come into view. */
  preview(file) {
    if (isImage(file) && file.size <= previewBytes && !this.get(file)) this.start(file, false);
  }

  start(file, save = true) {
    const known = this.get(file);
    if (known?.url) return void (save && saveAs(known.url, file.name));
    const download = { file, save, state: "waiting", done: 0, chunks: [], cancelled: false };
    this.#files.set(file.id, download);
    this.#enqueue(download);
  }

  cancel(file) {
    const download = this.get(file);
    if (!download) return;
    download.cancelled = true;
    this.#files.delete(file.id);
    this.#rooms.changed();
  }

  #enqueue(download) {
    this.#queue = this.#queue.then(() => this.#run(download));
    this.#rooms.changed();
  }

  async #run(download) {
    const { file, chunks } = download;
    try {
      download.state = "loading";
      while (download.done < file.size && !download.cancelled) {
        const { bytes } = await this.#connection.ask(Events.fileRead, { id: file.id, number: chunks.length });
        chunks.push(bytes);
        download.done = Math.min(file.size, chunks.length * Limits.chunkBytes);
        this.#rooms.changed();
      }
      if (!download.cancelled) this.#complete(download);
    } catch (error) {
      // A lost connection only pauses; the chunks that are here stay.
      Object.assign(download, error instanceof Interrupted ? { state: "paused" } : { state: "failed", error: error.message });
    }
    this.#rooms.changed();
  }

  #complete(download) {
    const type = isImage(download.file) ? download.file.type : "application/octet-stream";
    download.url = URL.createObjectURL(new Blob(download.chunks, { type }));
    download.chunks = [];
    download.state = "done";
    if (download.save) saveAs(download.url, download.file.name);
  }

  #resume() {
    for (const download of this.#files.values()) {
      if (download.state === "paused") {
        download.state = "waiting";
        this.#enqueue(download);
      }
    }
  }
}

export function saveAs(url, name) {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}
