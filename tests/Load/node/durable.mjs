// A Socket.IO call server with PostgreSQL, as a careful team writes it for one process: every change is stored before it is sent,
// guarded updates decide races, tokens are verified. Ring timers are in memory and end with the process.
import { createServer } from "node:http";
import jwt from "jsonwebtoken";
import { Server } from "socket.io";
import { openStore } from "./durable-store.mjs";
import { serveProbe } from "./probe.mjs";

const { PORT, TOKEN_KEY } = process.env;
const store = await openStore();
const http = createServer((request, response) => response.end("ready"));
const io = new Server(http, { transports: ["websocket"], serveClient: false });

// What is known of a call only while it is open: its ring timer, and the two sockets between which its signals go.
const live = new Map();
const room = (userId) => `user:${userId}`;

class Refusal extends Error {}

function idIn(value, name) {
  if (typeof value !== "string" || value.length === 0 || value.length > 128) throw new Refusal(`invalid_argument: ${name}`);
  return value;
}

function forget(callId) {
  clearTimeout(live.get(callId)?.timer);
  live.delete(callId);
}

function sendEnd({ callId, callerId, calleeId, endReason, endedBy }) {
  io.to(room(callerId)).to(room(calleeId)).emit("CallEnded", { callId, reason: endReason, endedBy });
}

async function expire(callId) {
  try {
    const call = await store.expire(callId);
    forget(callId);
    if (call) sendEnd(call);
  } catch (error) {
    console.error(`Ring timeout of ${callId} failed:`, error);
  }
}

// Returns the call as it is when a command came twice or too late; the guard has left it unchanged.
async function unchanged(callId, userId) {
  const call = await store.find(callId, userId);
  if (!call) throw new Refusal("not_found");
  return call;
}

async function startCall(socket, { callId, calleeIds, media, ringSeconds = 60 }) {
  const calleeId = idIn(calleeIds?.[0], "calleeIds");
  if (media !== "audio" && media !== "video") throw new Refusal("invalid_argument: media");
  if (!(ringSeconds >= 10 && ringSeconds <= 180)) throw new Refusal("invalid_argument: ringSeconds");
  const call = await store.insert(callId, socket.data.userId, calleeId, media, ringSeconds);
  if (!call) {
    const existing = await store.find(callId, socket.data.userId);
    if (existing?.callerId === socket.data.userId) return existing;
    throw new Refusal("busy");
  }
  live.set(callId, { caller: socket, callee: null, timer: setTimeout(expire, ringSeconds * 1000, callId) });
  io.to(room(calleeId)).emit("CallIncoming", call);
  return call;
}

async function ackRinging(socket, { callId }) {
  const call = await store.ring(callId, socket.data.userId);
  if (!call) return unchanged(callId, socket.data.userId);
  io.to(room(call.callerId)).emit("CallProgress", { callId, userId: socket.data.userId, stage: "ringing" });
  return call;
}

async function acceptCall(socket, { callId }) {
  const call = await store.accept(callId, socket.data.userId);
  if (!call) return unchanged(callId, socket.data.userId);
  const ends = live.get(callId);
  if (ends) {
    clearTimeout(ends.timer);
    ends.callee = socket;
  }
  io.to(room(call.callerId)).emit("CallAccepted", { callId, userId: call.calleeId, deviceId: socket.data.deviceId });
  socket.to(room(call.calleeId)).emit("CallEnded", { callId, reason: "answered_elsewhere" });
  return call;
}

async function rejectCall(socket, { callId }) {
  const call = await store.reject(callId, socket.data.userId);
  if (!call) return unchanged(callId, socket.data.userId);
  forget(callId);
  io.to(room(call.callerId)).emit("CallRejected", { callId, userId: call.calleeId });
  socket.to(room(call.calleeId)).emit("CallEnded", { callId, reason: "rejected_elsewhere" });
  return call;
}

async function endCall(socket, { callId }) {
  const call = await store.end(callId, socket.data.userId);
  if (!call) return unchanged(callId, socket.data.userId);
  forget(callId);
  sendEnd(call);
  return call;
}

function sendSignal(socket, { callId, kind, payload }) {
  const ends = live.get(callId);
  if (!ends?.callee || (socket !== ends.caller && socket !== ends.callee)) throw new Refusal("not_found");
  const peer = socket === ends.caller ? ends.callee : ends.caller;
  peer.emit("SignalReceived", { callId, fromUserId: socket.data.userId, kind, payload });
}

const commands = {
  StartCall: startCall, AckRinging: ackRinging, AcceptCall: acceptCall, RejectCall: rejectCall, EndCall: endCall,
  SendSignal: sendSignal,
};

io.use((socket, next) => {
  try {
    const token = socket.handshake.auth.token ?? socket.handshake.headers.authorization?.replace(/^Bearer /, "");
    const claims = jwt.verify(token, TOKEN_KEY, { algorithms: ["HS256"], issuer: "orleans-calls", audience: "orleans-calls" });
    socket.data.userId = idIn(claims.sub, "sub");
    socket.data.deviceId = socket.handshake.query.deviceId;
    next();
  } catch {
    next(new Error("unauthenticated"));
  }
});

io.on("connection", async (socket) => {
  for (const [name, command] of Object.entries(commands)) {
    socket.on(name, async (argument, done) => {
      try {
        idIn(argument?.callId, "callId");
        const call = await command(socket, argument);
        done?.(call ? { call } : {});
      } catch (error) {
        if (!(error instanceof Refusal)) console.error(`${name} failed:`, error);
        done?.({ error: error instanceof Refusal ? error.message : "internal" });
      }
    });
  }

  try {
    await socket.join(room(socket.data.userId));
    socket.emit("OpenCalls", { calls: await store.open(socket.data.userId) });
  } catch (error) {
    console.error(`Connection of ${socket.data.userId} failed:`, error);
    socket.disconnect(true);
  }
});

serveProbe();
http.listen(Number(PORT), "127.0.0.1", 511);
