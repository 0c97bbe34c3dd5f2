// The line above the message box: who is typing, who is sending a file.
import { byId, percent } from "../dom.js";

export function showActivity(rooms, presence) {
  const show = () => {
    const activities = presence.activities(rooms.open);
    const parts = activities.filter(({ file }) => file).map(({ file }) => `${file.author.name} is sending ${file.name} (${percent(file.received, file.size)} %)`);
    const typing = activities.filter(activity => activity.typing).map(activity => activity.typing);
    if (typing.length > 0) parts.push(describe(typing));
    const line = byId("activity");
    line.classList.toggle("on", parts.length > 0);
    const text = parts.join(" · ");
    if (line.textContent !== text) line.textContent = text;
  };
  presence.addEventListener("changed", show);
  rooms.addEventListener("changed", show);
}

function describe(names) {
  if (names.length === 1) return `${names[0]} is typing…`;
  return names.length === 2 ? `${names[0]} and ${names[1]} are typing…` : "Several people are typing…";
}
