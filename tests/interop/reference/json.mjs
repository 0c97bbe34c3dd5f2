// Binary in JSON: {"$bin":"base64"}.
export function encodeBinary(value) {
  if (Buffer.isBuffer(value) || value instanceof Uint8Array) return { $bin: Buffer.from(value).toString("base64") };
  if (value instanceof Error) return { error: value.message };
  if (Array.isArray(value)) return value.map(encodeBinary);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, encodeBinary(each)]));
}

export function decodeBinary(value) {
  if (Array.isArray(value)) return value.map(decodeBinary);
  if (value === null || typeof value !== "object") return value;
  if (typeof value.$bin === "string") return Buffer.from(value.$bin, "base64");
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, decodeBinary(each)]));
}
