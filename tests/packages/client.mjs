// A client of the program under test: says something, expects it back from the room and its length as the acknowledgement.
import { createRequire } from "node:module";

const { io } = createRequire(`${process.env.CLIENT_MODULES}/package.json`)("socket.io-client");
const socket = io(`http://127.0.0.1:${process.env.PORT}`, { reconnection: false });
const said = new Promise((resolve) => socket.on("said", resolve));
socket.on("connect_error", (error) => fail(error.message));
setTimeout(() => fail("nothing came within 15 s"), 15_000).unref();
const length = await socket.timeout(10_000).emitWithAck("say", "hello");
if (length !== 5) fail(`the acknowledgement was ${length}`);
if ((await said) !== "hello") fail("something else came back");
socket.disconnect();

function fail(message) {
  console.error(message);
  process.exit(1);
}
