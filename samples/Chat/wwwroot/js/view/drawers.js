// On narrow screens the rooms and the people are drawers over the messages.
import { byId } from "../dom.js";

const drawers = [
  { panel: byId("sidebar"), opener: byId("open-sidebar"), narrow: matchMedia("(max-width: 760px)") },
  { panel: byId("people"), opener: byId("open-people"), narrow: matchMedia("(max-width: 1080px)") },
];

export function showDrawers() {
  for (const drawer of drawers) {
    drawer.opener.addEventListener("click", () => toggle(drawer));
    drawer.panel.querySelector("[data-close-drawer]").addEventListener("click", () => close(drawer, true));
    drawer.narrow.addEventListener("change", () => close(drawer));
    close(drawer);
  }
  byId("backdrop").addEventListener("click", () => closeAll());
  document.addEventListener("keydown", event => { if (event.key === "Escape") closeAll(true); });
  return { closeAll };
}

const isOpen = drawer => drawer.panel.classList.contains("open");

function toggle(drawer) {
  if (!drawer.narrow.matches) return void drawer.panel.classList.toggle("folded"); // wide: the list only makes room
  if (isOpen(drawer)) return close(drawer);
  drawer.panel.inert = false;
  drawer.panel.classList.add("open");
  drawer.opener.setAttribute("aria-expanded", "true");
  byId("backdrop").hidden = false;
  drawer.panel.querySelector("[data-close-drawer]").focus();
}

function close(drawer, giveFocusBack = false) {
  const wasOpen = isOpen(drawer);
  drawer.panel.classList.remove("open");
  drawer.panel.inert = drawer.narrow.matches; // what cannot be seen cannot be reached with the keyboard
  drawer.opener.setAttribute("aria-expanded", String(!drawer.narrow.matches));
  byId("backdrop").hidden = !drawers.some(isOpen);
  if (wasOpen && giveFocusBack) drawer.opener.focus();
}

function closeAll(giveFocusBack = false) {
  for (const drawer of drawers) if (isOpen(drawer)) close(drawer, giveFocusBack);
}
