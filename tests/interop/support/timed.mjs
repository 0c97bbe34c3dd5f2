// test() for the hosts whose heartbeat gives a session 500 ms. On a busy machine a step of a test may take that long,
// so a test that failed after such a while is tried again, at most twice, and says so.
import { test as plainTest } from "node:test";

const aWhile = 250;
const tries = 3;

export function test(name, play) {
  return plainTest(name, async (t) => {
    for (let attempt = 1; ; attempt++) {
      const start = performance.now();
      try {
        return await play(t);
      } catch (error) {
        const elapsed = performance.now() - start;
        if (attempt === tries || elapsed < aWhile) throw error;
        t.diagnostic(`tried again after ${Math.round(elapsed)} ms: ${name}: ${error.message.split("\n")[0]}`);
      }
    }
  });
}
