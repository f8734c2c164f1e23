// Two devices with the real @microsoft/signalr, as an app would have them: start, ring, accept, signal, end, and a refusal.
import { createRequire } from "node:module";
import assert from "node:assert/strict";

const [address, packages, caller, callee] = process.argv.slice(2);
const { HubConnectionBuilder, HttpTransportType, LogLevel } = createRequire(packages)("@microsoft/signalr");

async function connect(token, deviceId) {
  const hub = new HubConnectionBuilder()
    .withUrl(`${address}hubs/calls?deviceId=${deviceId}&platform=web`, {
      accessTokenFactory: () => token, skipNegotiation: true, transport: HttpTransportType.WebSockets,
    })
    .configureLogging(LogLevel.Error)
    .build();
  const waiting = new Map();
  const told = new Map();
  for (const event of ["OpenCalls", "CallIncoming", "CallProgress", "CallAccepted", "CallUpdated",
    "CallEnded", "SignalReceived"]) {
      hub.on(event, payload => {
        const wait = waiting.get(event);
        if (wait) { waiting.delete(event); wait(payload); } else told.set(event, payload);
      });
    }
  await hub.start();
  const hears = event => new Promise((resolve, reject) => {
    if (told.has(event)) { resolve(told.get(event)); told.delete(event); return; }
    const patience = setTimeout(() => reject(new Error(`${deviceId} never heard ${event}`)), 20_000);
    waiting.set(event, payload => { clearTimeout(patience); resolve(payload); });
  });
  return { hub, hears };
}

const ann = await connect(caller, "a1");
const ben = await connect(callee, "b1");
const callId = "real-signalr";
await ann.hub.invoke("StartCall", { callId, calleeIds: ["node-ben"], media: "video", offer: { type: "offer", sdp: "v=0" } });
assert.equal((await ben.hears("CallIncoming")).offer.sdp, "v=0");
await ben.hub.invoke("AckRinging", { callId });
assert.equal((await ann.hears("CallProgress")).stage, "ringing");
await ben.hub.invoke("AcceptCall", { callId, answer: { type: "answer", sdp: "v=1" } });
assert.equal((await ann.hears("CallAccepted")).answer.sdp, "v=1");
await ann.hub.invoke("SendSignal", { callId, kind: "candidate", payload: { candidate: "c" } });
assert.deepEqual((await ben.hears("SignalReceived")).payload, { candidate: "c" });
await assert.rejects(ann.hub.invoke("AcceptCall", { callId: "unknown" }), /not_found: /);
await ben.hub.invoke("EndCall", { callId });
assert.equal((await ann.hears("CallEnded")).reason, "completed");
await Promise.all([ann.hub.stop(), ben.hub.stop()]);
