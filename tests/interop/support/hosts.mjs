// Where the hosts listen: run.mjs starts each host a file names and passes HOST_A .. HOST_D.
export function host(letter) {
  const port = process.env[`HOST_${letter}`];
  if (!port) throw new Error(`HOST_${letter} is not set: start the tests with run.mjs`);
  return { port: Number(port), http: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}` };
}
