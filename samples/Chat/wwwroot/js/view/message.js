// One message: who, what, when, and how far it got.
import { avatar, el, icon } from "../dom.js";
import { createAttachment, updateAttachment } from "./attachment.js";

const timeFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const linkPattern = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

export function createMessage(item, { rooms, messages, downloads }) {
  const bubble = el("div", { class: "bubble" });
  if (item.file) bubble.append(createAttachment(item, downloads));
  if (item.text) bubble.append(el("p", { class: "text" }, ...withLinks(item.text)));
  if (item.html || item.source) bubble.append(el("div", { class: "text formatted" }));
  bubble.append(
    el("span", { class: "meta" },
      el("time", { dateTime: item.at, textContent: timeFormat.format(new Date(item.at)) }),
      el("span", { class: "ticks", role: "img" })));
  const failure = el("p", { class: "failure", hidden: true }, icon("alert"), el("span"),
    el("button", { class: "link-button", type: "button", textContent: "Retry", onclick: () => messages.retry(rooms.open.find(item.key)) }));
  return el("li", { class: "message" },
    avatar(el("span", { class: "avatar", "aria-hidden": "true" }), item.author),
    el("div", { class: "body" }, el("strong", { class: "author", textContent: item.author.name }), bubble, failure));
}

export function updateMessage(element, item, { connection, rooms, downloads }) {
  const isMine = item.author.id === rooms.me?.id;
  element.dataset.state = item.state;
  element.classList.toggle("mine", isMine);
  element.classList.toggle("first", item.isFirst);
  if (isMine) showTicks(element.querySelector(".ticks"), item, connection);
  const formatted = element.querySelector(".formatted");
  if (formatted) showFormatted(formatted, item);
  const failure = element.querySelector(".failure");
  failure.hidden = item.state !== "failed";
  failure.children[1].textContent = `Not sent. ${item.error ?? ""}`;
  if (item.file) updateAttachment(element.querySelector(".attachment"), item, downloads);
}

// The only HTML that the page takes is the server's: sanitised, see ChatNamespace.cs. Until it is there, its author sees what they typed.
function showFormatted(element, { html, source }) {
  const from = html ? "server" : "author";
  if (element.dataset.from === from) return;
  element.dataset.from = from;
  if (html) element.innerHTML = html;
  else element.textContent = source;
}

const ticks = {
  uploading: ["clock", "Sending"],
  pending: ["clock", "Sending"],
  sent: ["tick", "Sent"],
  delivered: ["ticks", "Delivered"],
  failed: ["alert", "Not sent"],
};

function showTicks(element, { state }, connection) {
  const [name, label] = ticks[state];
  const text = state === "pending" && !connection.isConnected ? "Waiting for the connection" : label;
  if (element.getAttribute("aria-label") === text) return;
  element.setAttribute("aria-label", text);
  element.title = text;
  element.replaceChildren(icon(name));
}

function withLinks(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(linkPattern)) {
    parts.push(text.slice(end, match.index), el("a", { href: match[0], textContent: match[0], target: "_blank", rel: "noopener noreferrer nofollow" }));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}
