// A terminal that a test can read. It notes each first line that it ever showed, so that nothing that was there for a moment is missed.
window.open = (columns, rows) => {
  const terminal = new Terminal({
    cols: columns, rows, scrollback: 1000, fontSize: 15, fontFamily: "'DejaVu Sans Mono', monospace", cursorBlink: false,
    theme: { background: "#15191e", foreground: "#d8dee6", cursor: "#d8dee6", green: "#7fc98f", yellow: "#e5c07b", red: "#e06c75" },
  });
  terminal.open(document.getElementById("terminal"));
  terminal.focus();
  const line = row => terminal.buffer.active.getLine(terminal.buffer.active.viewportY + row)?.translateToString(true).trimEnd() ?? "";
  const headers = [];
  terminal.onWriteParsed(() => { if (headers.at(-1) !== line(0)) headers.push(line(0)); });
  terminal.onData(typed => window.typed(typed));
  window.typeText = text => terminal.input(text);
  window.headers = () => headers;
  window.screenText = () => Array.from({ length: rows }, (_, row) => line(row)).join("\n");
  window.show = base64 => new Promise(done => terminal.write(Uint8Array.from(atob(base64), c => c.charCodeAt(0)), done));
};
