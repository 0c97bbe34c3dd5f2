// Plain HTTP on node:http: nothing is added to a request that the test did not ask for.
import http from "node:http";
import { within } from "./wait.mjs";

export const separator = "\x1e";

// a request that a test leaves open must not keep the process: whoever waits has a deadline that does
const detach = (request) => request.on("socket", (socket) => socket.unref());

export function send(url, { method = "GET", headers = {}, body, open = false, path } = {}) {
  // path: sent as it is, while a URL is normalised (/a/../b)
  const request = detach(http.request(url, { method, headers, agent: false, ...(path && { path }) }));
  const response = new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (message) => {
      message.toArray().then((chunks) => {
        const raw = Buffer.concat(chunks);
        resolve({ status: message.statusCode, headers: message.headers, rawHeaders: message.rawHeaders, raw, body: raw.toString() });
      }, reject);
    });
  });
  response.catch(() => {});
  if (body !== undefined && !("transfer-encoding" in headers)) request.setHeader("content-length", Buffer.byteLength(body));
  if (!open) request.end(body); // else the test writes the body
  return { request, response };
}

export const fetchRaw = (url, options) => within(send(url, options).response, `${options?.method ?? "GET"} ${url}`);

/** Sends the headers and a first part of a body, and leaves the request open. */
export function sendHalf(url, { method = "POST", headers = {}, part }) {
  const request = detach(http.request(url, { method, headers, agent: false }));
  const ended = new Promise((resolve) => {
    request.on("error", (error) => resolve({ error }));
    request.on("response", (message) =>
      message.toArray().then((chunks) => resolve({ status: message.statusCode, body: Buffer.concat(chunks).toString() }),
        (error) => resolve({ error })));
  });
  request.write(part);
  return { request, ended };
}
