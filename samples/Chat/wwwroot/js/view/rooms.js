// The list of rooms, with what is unread.
import { Limits } from "/events.js";
import { avatar, byId, el, icon, reconcile, toast } from "../dom.js";
import { identity, switchTheme } from "../identity.js";

export function showRooms(rooms, drawers) {
  const open = async name => {
    try {
      await rooms.show(name);
      drawers.closeAll();
      byId("text").focus({ preventScroll: true });
    } catch (error) {
      toast(error.message);
    }
  };

  byId("room-name").maxLength = Limits.maxRoomLength;
  byId("room-form").addEventListener("submit", event => {
    event.preventDefault();
    const input = byId("room-name");
    const name = input.value.trim().replace(/^#/, "").replace(/\s+/g, "-").toLowerCase();
    if (name === "") return;
    input.value = "";
    open(name);
  });
  byId("theme").addEventListener("click", switchTheme);

  rooms.addEventListener("changed", () => show(rooms, open));
  show(rooms, open);
}

function show(rooms, open) {
  const mine = [...rooms.mine.values()];
  const others = rooms.names.filter(name => !rooms.mine.has(name));
  list("my-rooms", mine.map(room => ({ key: room.name, room, isOpen: room === rooms.open })), open);
  list("other-rooms", others.map(name => ({ key: name })), open);
  byId("other-rooms-title").hidden = others.length === 0;

  const elsewhere = rooms.unread - rooms.open.unread;
  byId("unread-elsewhere").hidden = elsewhere === 0;
  byId("open-sidebar").setAttribute("aria-label", elsewhere === 0 ? "Show the rooms" : `Show the rooms, ${elsewhere} unread`);
  document.title = `${rooms.unread > 0 ? `(${rooms.unread}) ` : ""}${rooms.open.name} · Realtime Chat`;
  byId("room-title").textContent = rooms.open.name;

  if (rooms.me) avatar(byId("my-avatar"), rooms.me);
  byId("my-name").textContent = rooms.me?.name ?? identity.name;
}

function list(id, items, open) {
  const create = ({ key }) => {
    const badge = el("span", { class: "badge" });
    return el("li", {}, el("button", { class: "room", type: "button", onclick: () => open(key) }, icon("hash"), el("span", { class: "room-name", textContent: key }), badge));
  };
  reconcile(byId(id), items, create, (element, { room, isOpen }) => {
    const button = element.firstElementChild;
    if (isOpen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    const badge = button.lastElementChild;
    badge.textContent = room?.unread ? String(room.unread) : "";
    if (room?.unread) badge.setAttribute("aria-label", `${room.unread} unread`);
  });
}
