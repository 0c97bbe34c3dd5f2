// Who is in the open room.
import { avatar, byId, el, reconcile, toast } from "../dom.js";

export function showPeople(rooms) {
  byId("leave-room").addEventListener("click", () => rooms.leave(rooms.open).catch(error => toast(error.message)));
  rooms.addEventListener("changed", () => show(rooms));
}

function show({ open, me }) {
  const members = [...open.members].sort((a, b) => (b.id === me?.id) - (a.id === me?.id) || a.name.localeCompare(b.name));
  byId("room-subtitle").textContent = members.length === 1 ? "Only you are here" : `${members.length} people are here`;
  byId("people-list").classList.toggle("stale", !open.joined);
  const create = member => el("li", { class: "person" }, avatar(el("span", { class: "avatar", "aria-hidden": "true" }), member), el("span", { class: "person-name", textContent: member.name }), el("span", { class: "you", textContent: member.id === me?.id ? "you" : "" }));
  reconcile(byId("people-list"), members.map(member => ({ ...member, key: `${member.id}/${member.name}` })), create, () => {});
}
