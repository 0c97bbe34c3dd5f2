// The messages of the open room.
import { byId, el, reconcile } from "../dom.js";
import { createMessage, updateMessage } from "./message.js";

const sameGroup = 5 * 60 * 1000;
const nearEnd = 80;
const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

export function showThread({ connection, rooms, messages, downloads }) {
  const thread = byId("thread");
  const list = byId("messages");
  const jump = byId("jump");
  let shown = null;
  let scheduled = false;
  let atEnd = true;
  let count = 0;

  const toEnd = () => { thread.scrollTop = thread.scrollHeight; };
  const create = item => (item.day ? el("li", { class: "day" }, el("span", { textContent: item.day })) : item.notice ? el("li", { class: "notice" }, el("span", { textContent: item.notice })) : createMessage(item, { rooms, messages, downloads }));
  const update = (element, item) => { if (item.author) updateMessage(element, item, { connection, rooms, downloads }); };

  function show() {
    scheduled = false;
    const { open: room } = rooms;
    if (room !== shown) {
      // Another room is another log: it is read when something is added, not from its beginning.
      list.setAttribute("aria-live", "off");
      list.replaceChildren();
      atEnd = true;
      count = room.items.length;
    }
    reconcile(list, grouped(room.items), create, update);
    byId("empty").hidden = room.items.some(item => !item.notice);
    byId("empty").textContent = `This is the beginning of #${room.name}. Say hello!`;
    if (atEnd || room.items.at(-1)?.order === Infinity && room.items.length > count) toEnd();
    else if (room.items.length > count) jump.hidden = false;
    count = room.items.length;
    if (room !== shown) requestAnimationFrame(() => list.setAttribute("aria-live", "polite"));
    shown = room;
  }

  // Many changes, one drawing.
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(show);
  };

  thread.addEventListener("scroll", () => {
    atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < nearEnd;
    if (atEnd) jump.hidden = true;
  }, { passive: true });
  new ResizeObserver(() => { if (atEnd) toEnd(); }).observe(list);
  new ResizeObserver(() => { if (atEnd) toEnd(); }).observe(thread);
  jump.addEventListener("click", toEnd);
  rooms.addEventListener("changed", schedule);
  connection.addEventListener("changed", schedule);
}

/** Puts a line before each day, and marks the first message of each group by one author. */
function grouped(items) {
  const result = [];
  let before = null;
  for (const item of items) {
    const day = dayFormat.format(new Date(item.at));
    if (before === null || dayFormat.format(new Date(before.at)) !== day) result.push({ key: `day/${day}`, day });
    item.isFirst = !before?.author || before.author.id !== item.author?.id || new Date(item.at) - new Date(before.at) > sameGroup;
    result.push(item);
    before = item;
  }
  return result;
}
