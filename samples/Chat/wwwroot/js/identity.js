// Who this is: the name and the theme belong to the browser, the key belongs to the tab, so that two tabs are two people.

export const randomId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");

function remember(storage, key, make) {
  let value = storage.getItem(key);
  if (value === null) storage.setItem(key, (value = make()));
  return value;
}

export const identity = {
  key: remember(sessionStorage, "chat.key", randomId),
  get name() { return localStorage.getItem("chat.name") ?? ""; },
  set name(value) { localStorage.setItem("chat.name", value); },
};

const dark = matchMedia("(prefers-color-scheme: dark)");
const apply = theme => { if (theme) document.documentElement.dataset.theme = theme; };
apply(localStorage.getItem("chat.theme"));

export function switchTheme() {
  const current = document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
  const next = current === "dark" ? "light" : "dark";
  localStorage.setItem("chat.theme", next);
  apply(next);
}
