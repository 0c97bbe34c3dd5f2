// Asks for a name: at the first visit, when somebody wants another one, and when the server did not accept it.
import { Limits } from "/events.js";
import { byId } from "../dom.js";
import { identity } from "../identity.js";

export function askForName(connection) {
  const dialog = byId("signin");
  const input = byId("name");
  input.maxLength = Limits.maxNameLength;

  const ask = error => {
    input.value = identity.name;
    byId("name-error").textContent = error;
    if (!dialog.open) dialog.showModal();
    input.select();
  };
  const enter = () => {
    byId("app").inert = false;
    connection.start();
  };

  byId("signin-form").addEventListener("submit", event => {
    event.preventDefault();
    const name = input.value.trim().replace(/\s+/g, " ");
    if (name === "") return;
    identity.name = name;
    dialog.close();
    enter();
    byId("text").focus();
  });
  dialog.addEventListener("cancel", event => { if (identity.name === "" || connection.phase === "refused") event.preventDefault(); });
  byId("rename").addEventListener("click", () => ask(""));
  connection.addEventListener("changed", () => { if (connection.phase === "refused") ask(connection.refusal); });

  if (identity.name === "") ask("");
  else enter();
}
