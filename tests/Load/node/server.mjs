// An in-memory Socket.IO call relay of the kind app teams run today: who is connected and who is in which call, in two maps.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { serveProbe } from "./probe.mjs";

const users = new Map();
const calls = new Map();

const http = createServer((request, response) => response.end("ready"));
const io = new Server(http, { transports: ["websocket"], serveClient: false });

io.on("connection", (socket) => {
  const me = socket.handshake.query.userId;
  users.set(me, socket);

  socket.on("StartCall", ({ callId, calleeIds, media }, done) => {
    const callee = users.get(calleeIds[0]);
    if (!callee) return done({ error: "not_found" });
    calls.set(callId, { caller: socket, callee });
    callee.emit("CallIncoming", { callId, callerId: me, media });
    done();
  });

  const pass = (method, event, more, ends) => socket.on(method, ({ callId }, done) => {
    const call = calls.get(callId);
    if (!call) return done({ error: "not_found" });
    if (ends) calls.delete(callId);
    (call.caller === socket ? call.callee : call.caller).emit(event, { callId, userId: me, ...more });
    done();
  });
  pass("AckRinging", "CallProgress", { stage: "ringing" }, false);
  pass("AcceptCall", "CallAccepted", {}, false);
  pass("RejectCall", "CallRejected", {}, true);
  pass("EndCall", "CallEnded", { reason: "completed" }, true);

  socket.on("SendSignal", ({ callId, kind, payload }, done) => {
    const call = calls.get(callId);
    if (!call) return done({ error: "not_found" });
    (call.caller === socket ? call.callee : call.caller).emit("SignalReceived", { callId, fromUserId: me, kind, payload });
    done();
  });

  socket.on("disconnect", () => {
    if (users.get(me) === socket) users.delete(me);
  });
  socket.emit("OpenCalls", { calls: [] });
});

serveProbe();
http.listen(Number(process.env.PORT), "127.0.0.1", 511);
