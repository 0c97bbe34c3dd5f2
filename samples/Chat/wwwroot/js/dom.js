// The few helpers that the views share. Text is always set as text, so what people write is never read as HTML.

export const byId = id => document.getElementById(id);

/** Makes an element: properties first ("class" and "data-…"/"aria-…" are attributes, "on…" are listeners), then children. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class" || name.includes("-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

const svg = "http://www.w3.org/2000/svg";

export function icon(name) {
  const element = document.createElementNS(svg, "svg");
  element.setAttribute("class", "icon");
  element.setAttribute("aria-hidden", "true");
  const use = element.appendChild(document.createElementNS(svg, "use"));
  use.setAttribute("href", `icons.svg#${name}`);
  return element;
}

/** Makes the children of a list those of the items, touching only what differs: scrolling, focus and screen readers are not disturbed. */
export function reconcile(list, items, create, update) {
  const old = new Map([...list.children].map(child => [child.dataset.key, child]));
  let place = list.firstElementChild;
  for (const item of items) {
    let element = old.get(item.key);
    if (element) old.delete(item.key);
    else {
      element = create(item);
      element.dataset.key = item.key;
    }
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
  }
  for (const element of old.values()) element.remove();
}

export function avatar(element, member) {
  const words = member.name.split(/[\s._-]+/).filter(Boolean);
  element.textContent = words.slice(0, 2).map(word => [...word][0].toUpperCase()).join("");
  element.style.setProperty("--hue", parseInt(member.id.slice(0, 4), 16) % 360);
  return element;
}

export function formatSize(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export const percent = (done, size) => Math.floor((100 * done) / size);

/** Shows a message that needs attention, for a while. */
export function toast(text) {
  const element = el("p", { class: "toast", textContent: text });
  byId("toasts").append(element);
  setTimeout(() => element.remove(), 7000);
}
