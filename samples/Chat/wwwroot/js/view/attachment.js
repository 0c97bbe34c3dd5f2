// A file in a message: its progress on the way up and down, a picture where it is one, and buttons.
import { el, formatSize, icon, percent } from "../dom.js";
import { isImage, saveAs } from "../downloads.js";

export function createAttachment(item, downloads) {
  const { file } = item;
  const press = () => {
    if (item.upload) return item.upload.cancel();
    const state = downloads.get(file)?.state;
    if (state === "waiting" || state === "loading" || state === "paused") return downloads.cancel(file);
    return item.localUrl ? saveAs(item.localUrl, file.name) : downloads.start(file);
  };
  return el("div", { class: "attachment" },
    el("div", { class: "file" },
      el("span", { class: "file-icon" }, icon("file")),
      el("span", { class: "file-text" }, el("span", { class: "file-name", textContent: file.name }), el("span", { class: "file-note" })),
      el("button", { class: "icon-button file-button", type: "button", onclick: press })),
    el("progress", { max: file.size, value: 0, hidden: true, "aria-label": `Progress of ${file.name}` }));
}

export function updateAttachment(element, item, downloads) {
  const { file, upload, localUrl } = item;
  if (!upload && !localUrl && item.state !== "uploading") downloads.preview(file);
  const download = downloads.get(file);
  const moving = upload ?? (download && download.state !== "done" && download.state !== "failed" ? download : null);

  element.dataset.transfer = upload ? "uploading" : download?.state ?? "idle";
  showPicture(element, file, localUrl ?? download?.url);
  const progress = element.querySelector("progress");
  progress.hidden = !moving;
  progress.value = moving?.done ?? 0;
  element.querySelector(".file-note").textContent = note(file, upload, download, moving);
  showButton(element.querySelector(".file-button"), file, moving);
}

function note(file, upload, download, moving) {
  if (download?.state === "failed") return download.error;
  if (!moving) return formatSize(file.size);
  const what = upload ? "Sending" : download.state === "paused" ? "Paused" : "Receiving";
  return `${what} · ${formatSize(moving.done)} of ${formatSize(file.size)} · ${percent(moving.done, file.size)} %`;
}

function showButton(button, file, moving) {
  const label = moving ? `Cancel ${file.name}` : `Save ${file.name}`;
  if (button.getAttribute("aria-label") === label) return;
  button.setAttribute("aria-label", label);
  button.title = moving ? "Cancel" : "Save";
  button.replaceChildren(icon(moving ? "close" : "download"));
}

function showPicture(element, file, url) {
  if (!url || !isImage(file) || element.querySelector("img")) return;
  element.classList.add("picture");
  element.prepend(el("a", { href: url, target: "_blank" }, el("img", { src: url, alt: file.name })));
}
