// The methods of the JSON RPC of server D, on the public API of socket.io.
const toList = (value) => (value == null ? [] : Array.isArray(value) ? value : [value]);

export function methodsOf(profile) {
  const { io } = profile;
  const namespace = (call) => io.of(call.nsp ?? "/");

  const socketOf = (call) => {
    const socket = namespace(call).sockets.get(call.id);
    if (!socket) throw new Error(`unknown socket ${call.id}`);
    return socket;
  };

  const withFlags = (operator, flags = {}) => {
    if (flags.volatile) operator = operator.volatile;
    if (flags.local) operator = operator.local;
    if (flags.compress !== undefined) operator = operator.compress(flags.compress);
    if (flags.timeout !== undefined) operator = operator.timeout(flags.timeout);
    return operator;
  };

  const target = (call) => {
    let operator = namespace(call);
    if (toList(call.to).length) operator = operator.to(toList(call.to));
    if (toList(call.except).length) operator = operator.except(toList(call.except));
    return withFlags(operator, call.flags);
  };

  const remote = ({ id, rooms, data, handshake }) => ({ id, rooms: [...rooms], data, handshake });

  return {
    emit(call) {
      const args = call.args ?? [];
      if (!call.ack) return void target(call).emit(call.ev, ...args);
      return new Promise((resolve) =>
        target(call).emit(call.ev, ...args, (error, responses) =>
          resolve({ err: error ? error.message : null, responses })));
    },
    socketEmit(call) {
      const socket = withFlags(socketOf(call), call.flags);
      const args = call.args ?? [];
      if (!call.ack) return void socket.emit(call.ev, ...args);
      return new Promise((resolve) => socket.emit(call.ev, ...args, (...answer) => resolve(answer)));
    },
    socketBroadcast(call) {
      let operator = socketOf(call).broadcast;
      if (toList(call.to).length) operator = operator.to(toList(call.to));
      if (toList(call.except).length) operator = operator.except(toList(call.except));
      withFlags(operator, call.flags).emit(call.ev, ...(call.args ?? []));
    },
    socketJoin: (call) => void socketOf(call).join(toList(call.rooms)),
    socketLeave: (call) => void socketOf(call).leave(call.room),
    socketDisconnect: (call) => void socketOf(call).disconnect(call.close ?? false),
    socketSetData: (call) => void (socketOf(call).data = call.data),
    engineClose: (call) => void socketOf(call).conn.close(),
    socketInfo(call) {
      const { rooms, data, connected, recovered, handshake, conn } = socketOf(call);
      return { rooms: [...rooms], data, connected, recovered, handshake, transport: conn.transport.name };
    },
    socketsJoin: (call) => void target(call).socketsJoin(toList(call.rooms)),
    socketsLeave: (call) => void target(call).socketsLeave(toList(call.rooms)),
    disconnectSockets: (call) => void target(call).disconnectSockets(call.close ?? false),
    fetchSockets: async (call) => (await target(call).fetchSockets()).map(remote),
    rooms: (call) => [...namespace(call).adapter.rooms.keys()],
    namespaces: () => [...io._nsps.keys()],
    newNamespaces: () => profile.newNamespaces,
    counters: (call) => ({
      middleware: profile.middlewareRuns,
      clients: io.engine.clientsCount,
      sockets: namespace(call).sockets.size,
    }),
    log: (call) => profile.logOf(call.nsp ?? "/", call.id),
    serverSideEmit(call) {
      const args = call.args ?? [];
      if (!call.ack) return void namespace(call).serverSideEmit(call.ev, ...args);
      if (!process.env.REDIS) {
        namespace(call).serverSideEmit(call.ev, ...args, () => {});
        return { err: null, responses: [] }; // the in-memory adapter only warns: there is nobody to answer
      }
      return new Promise((resolve) =>
        namespace(call).serverSideEmit(call.ev, ...args, (error, responses) => resolve({ err: error ? error.message : null, responses })));
    },
    serverEvents: () => profile.serverEvents,
    async allRooms(call) {
      const { adapter } = namespace(call);
      if (adapter.allRooms) return [...(await adapter.allRooms())];
      return [...new Set((await namespace(call).fetchSockets()).flatMap(({ rooms }) => [...rooms]))]; // the sharded adapter has none
    },
    serverCount: (call) => namespace(call).adapter.serverCount(),
  };
}
