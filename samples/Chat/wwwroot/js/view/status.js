// The state of the connection, in words.
import { byId } from "../dom.js";

export function showStatus(connection) {
  const status = byId("status");
  let timer = 0;

  function show() {
    clearTimeout(timer);
    const left = connection.retryAt - Date.now();
    if (connection.phase === "waiting") timer = setTimeout(show, left % 1000 || 1000);
    status.dataset.phase = connection.phase;
    status.dataset.transport = connection.isConnected ? connection.transport : "";
    status.toggleAttribute("data-offline", connection.isOffline);
    byId("status-text").textContent = describe(connection, Math.max(1, Math.ceil(left / 1000)));
    byId("status-transport").textContent = connection.isConnected ? ` · ${transportNames[connection.transport] ?? connection.transport}` : "";
    byId("retry-now").hidden = connection.phase !== "waiting";
  }

  byId("retry-now").addEventListener("click", () => connection.retryNow());
  connection.addEventListener("changed", show);
  show();
}

const transportNames = { websocket: "WebSocket", polling: "long-polling" };

function describe({ phase, isOffline }, seconds) {
  switch (phase) {
    case "connected": return "Connected";
    case "waiting": return isOffline ? `Offline · reconnecting in ${seconds} s` : `Reconnecting in ${seconds} s`;
    case "refused": return "Not admitted";
    default: return "Connecting…";
  }
}
