import { adapterOf } from "../support/redis.mjs";

// Server D: one entry per profile, {path, options}.
export const profiles = {
  default: { path: "/socket.io" },
  fast: { pingInterval: 300, pingTimeout: 200 },
  steady: { pingInterval: 300, pingTimeout: 5000 }, // many pings, and patience with a busy machine
  small: { maxHttpBufferSize: 1000 },
  cookie: { cookie: true },
  cookie2: {
    path: "/custom",
    cookie: { name: "test", path: "/custom", httpOnly: false, sameSite: "strict", maxAge: 3600 },
  },
  cors: {
    cors: {
      origin: "https://example.com",
      methods: ["GET", "POST"],
      allowedHeaders: ["my-header"],
      credentials: true,
    },
  },
  corsany: { cors: { origin: "*" } },
  wsonly: { transports: ["websocket"] },
  pollonly: { transports: ["polling"] },
  noup: { allowUpgrades: false },
  forbid: { allowRequest: (request, accept) => accept("Thou shall not pass", false) },
  csr: { connectionStateRecovery: { maxDisconnectionDuration: 20_000, skipMiddlewares: true } },
  csrmw: { connectionStateRecovery: { maxDisconnectionDuration: 20_000, skipMiddlewares: false } },
  ct: { connectTimeout: 500 },
  noslash: { addTrailingSlash: false },
  upto: { upgradeTimeout: 300 },
  deflate: { perMessageDeflate: true },
  cleanup: { cleanupEmptyChildNamespaces: true },
  ...redisProfiles(),
};

// with the adapter for Redis, where REDIS says where that is
function redisProfiles() {
  if (!process.env.REDIS) return {};
  const settings = { redis: {}, "redis-specific": { publishOnSpecificResponseChannel: true }, "redis-sharded": {}, "redis-sharded-private": { subscriptionMode: "dynamic-private" }, "redis-sharded-static": { subscriptionMode: "static" } };
  return Object.fromEntries(Object.entries(settings).map(([key, options]) => [key, { adapter: adapterOf(key, { ...options, requestsTimeout: 1000 }) }]));
}
