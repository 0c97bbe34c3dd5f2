// Waiting with a deadline. Nothing here hopes that a while is long enough: it waits for something, or fails.
import { setTimeout as delay } from "node:timers/promises";

export { delay };
// Long enough for a busy machine, and shorter than what would bring the awaited by another way: upgrades and checks of the cluster give up after 10 s, and a ping comes after 25 s.
export const patience = 9000;

export async function within(promise, what = "the awaited event", ms = patience) {
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again and again until the condition holds, and returns its (truthy) value. */
export async function until(condition, what = "the condition", ms = patience) {
  const end = performance.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`${what} did not hold within ${ms} ms`);
    await delay(10);
  }
}

/** The arguments of the next such event. */
export function event(emitter, name, ms = patience) {
  return within(new Promise((resolve) => emitter.once(name, (...args) => resolve(args))), `event ${name}`, ms);
}

/** A list that can be waited on: the sender pushes, the test takes items in order. */
export class Inbox {
  items = [];
  #waiting = [];

  push(item) {
    const taker = this.#waiting.shift();
    if (taker) taker(item);
    else this.items.push(item);
  }

  next(what = "the next item", ms = patience) {
    if (this.items.length) return Promise.resolve(this.items.shift());
    let taker;
    const item = new Promise((resolve) => this.#waiting.push((taker = resolve)));
    return within(item, what, ms).catch((error) => {
      this.#waiting = this.#waiting.filter((each) => each !== taker);
      throw error;
    });
  }

  async take(count, what) {
    const taken = [];
    while (taken.length < count) taken.push(await this.next(what ?? `item ${taken.length + 1} of ${count}`));
    return taken;
  }
}
