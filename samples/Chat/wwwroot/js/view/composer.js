// The message box: writing, and choosing, dropping or pasting files.
import { Limits } from "/events.js";
import { byId } from "../dom.js";

export function showComposer({ rooms, messages, presence, uploads }) {
  const form = byId("composer");
  const text = byId("text");
  const formatted = byId("formatted");
  let room = rooms.open;

  const fit = () => {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
    const left = Limits.maxTextLength - text.value.length;
    byId("counter").textContent = left < 200 ? String(left) : "";
    form.classList.toggle("blank", text.value.trim() === "");
  };
  const send = () => {
    const value = text.value.trim();
    if (value === "" || !rooms.me) return;
    messages.write(room, value, formatted.getAttribute("aria-pressed") === "true");
    presence.stopTyping();
    text.value = "";
    fit();
  };
  const sendFiles = files => { if (rooms.me) for (const file of files) uploads.start(room, file); };

  text.maxLength = Limits.maxTextLength;
  form.addEventListener("submit", event => { event.preventDefault(); send(); });
  text.addEventListener("keydown", event => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  text.addEventListener("input", () => {
    fit();
    if (text.value.trim() !== "") presence.typing(room);
  });
  formatted.addEventListener("click", () => formatted.setAttribute("aria-pressed", formatted.getAttribute("aria-pressed") !== "true"));
  text.addEventListener("paste", event => sendFiles(event.clipboardData.files));
  byId("file").addEventListener("change", ({ target }) => {
    sendFiles([...target.files]);
    target.value = "";
  });
  addEventListener("dragover", event => event.preventDefault());
  addEventListener("drop", event => {
    event.preventDefault();
    sendFiles([...event.dataTransfer.files]);
  });

  // Each room keeps what was begun in it.
  rooms.addEventListener("changed", () => {
    text.placeholder = `Message #${rooms.open.name}`;
    if (room === rooms.open) return;
    room.draft = text.value;
    room = rooms.open;
    text.value = room.draft;
    presence.stopTyping();
    fit();
  });
  fit();
}
