// Drives real socket.io-clients for tests: one command per line on stdin, one line on stdout for each thing that happens.
// In:  {client, do: "connect", url, options} | {client, do: "emit", event, args} | {client, do: "ask", id, event, args, timeout}
//      | {client, do: "ack", id, args} | {client, do: "disconnect" | "reconnect" | "cut", auth?}
// Out: {client, event, args, ack?}: an event of the server, or of the client itself, whose names begin with a colon
import readline from "node:readline";
import { io } from "socket.io-client";

const sockets = new Map();
const acks = new Map();
let lastAck = 0;

const tell = (client, event, args, ack) => process.stdout.write(`${JSON.stringify({ client, event, args, ack })}\n`);

function connect(client, url, options) {
  const socket = io(url, { forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 100, ...options });
  sockets.set(client, socket);
  socket.on("connect", () => tell(client, ":connect", [socket.id, socket.io.engine.transport.name]));
  socket.on("disconnect", reason => tell(client, ":disconnect", [reason]));
  socket.on("connect_error", error => tell(client, ":connect_error", [error.message, error.data ?? null]));
  // As soon as there is an engine: by the time of "connect" it may have upgraded.
  socket.io.on("open", () => socket.io.engine.once("upgrade", transport => tell(client, ":upgrade", [transport.name])));
  socket.io.on("reconnect_failed", () => tell(client, ":reconnect_failed", []));
  socket.onAny((event, ...args) => {
    let ack;
    if (typeof args.at(-1) === "function") acks.set(ack = ++lastAck, args.pop());
    tell(client, event, args, ack);
  });
}

const commands = {
  connect: ({ client, url, options }) => connect(client, url, options),
  emit: ({ client, event, args }) => sockets.get(client).emit(event, ...args),
  ask: ({ client, id, event, args, timeout }) => sockets.get(client).timeout(timeout).emit(event, ...args, (error, ...answer) =>
    tell(client, `:answer ${id}`, error ? [error.message] : [null, ...answer])),
  ack: ({ id, args }) => {
    acks.get(id)(...args);
    acks.delete(id);
  },
  disconnect: ({ client }) => sockets.get(client).disconnect(),
  reconnect: ({ client, auth }) => {
    const socket = sockets.get(client);
    if (auth) socket.auth = auth;
    socket.connect();
  },
  // As if its network were gone: nothing is said to the server, and the client notices at once.
  cut: ({ client }) => {
    const { transport } = sockets.get(client).io.engine;
    if (transport.name === "websocket") transport.ws.terminate();
    else transport.onError("cut by the test");
  },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  commands[command.do](command);
}
process.exit(0);
