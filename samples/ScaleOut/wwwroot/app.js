import { io } from "/lib/socket.io.esm.min.js";

const find = (selector) => document.querySelector(selector);
const messages = new Map(); // by id: what was sent again is shown once
const numbers = new Set();
let complete = 0; // everything up to this number is here
let node = "";

// WebSocket first, so that two windows land on two nodes; polling where WebSockets do not get through.
// With retries a message that was not acknowledged is sent again, on whichever node one comes back.
const socket = io({ transports: ["websocket", "polling"], tryAllTransports: true, reconnectionDelayMax: 2000, ackTimeout: 3000, retries: 100 });

// Every connection may be to another node, where a stock client begins anew: what it does not have yet, it asks for.
socket.on("connect", async () => {
  const isBack = node !== "";
  node = await socket.emitWithAck("which");
  const missed = await socket.emitWithAck("behind", complete);
  missed.forEach(add);
  show("connected", `You are on node ${node}, over ${socket.io.engine.transport.name}`);
  if (isBack) note(`Back, on node ${node}. Said meanwhile: ${missed.length}`);
  await refresh();
});

socket.on("said", add);

socket.on("disconnect", () => {
  show("lost", "Connection lost, coming back…");
  refresh();
});

find("#composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find("#text").value.trim();
  if (!text) return;
  find("#text").value = "";
  const id = crypto.randomUUID();
  addMessage(id, text).classList.add("mine");
  socket.emit("say", { id, text }, () => {});
});

function add({ number, id, text, node }) {
  numbers.add(number);
  while (numbers.has(complete + 1)) complete++;
  const line = messages.get(id) ?? addMessage(id, text);
  if (line.dataset.number) return; // it had been handled when its node died, and was sent again
  line.dataset.state = "said";
  line.dataset.number = number;
  line.querySelector(".via").textContent = `handled by ${node}`;
  const next = [...line.parentNode.children].find((other) => Number(other.dataset.number) > number);
  line.parentNode.insertBefore(line, next ?? [...line.parentNode.children].find((other) => other.dataset.state === "pending") ?? null);
}

function addMessage(id, text) {
  const line = addLine("message");
  line.dataset.state = "pending";
  line.append(element("span", "text", text), element("span", "via", "on its way"));
  messages.set(id, line);
  return line;
}

function note(text) { addLine("note").textContent = text; }

function addLine(className) {
  const line = element("li", className);
  find("#messages").append(line);
  line.scrollIntoView({ block: "nearest" });
  return line;
}

function show(state, text) {
  find("#status").dataset.state = state;
  find("#status").textContent = text;
}

async function refresh() {
  const all = await (await fetch("/nodes")).json();
  find("#nodes").replaceChildren(...all.map(({ name, processId, isRunning }) => {
    const line = element("li", isRunning ? "node" : "node dead");
    const button = element("button", "", isRunning ? "Kill" : "Start");
    button.setAttribute("aria-label", `${button.textContent} node ${name}`);
    button.addEventListener("click", async () => {
      button.disabled = true;
      await fetch(`/nodes/${name}/${isRunning ? "kill" : "start"}`, { method: "POST" });
      await refresh();
    });
    if (name === node && socket.connected) line.classList.add("here");
    line.append(element("strong", "", `Node ${name}`), element("span", "", isRunning ? `process ${processId}` : "dead"), button);
    return line;
  }));
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

refresh();
setInterval(refresh, 3000);
