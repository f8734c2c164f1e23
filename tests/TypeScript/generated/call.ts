// A client that openapi-typescript has made of the service's own description: what does not fit it does not compile.
import createClient from "openapi-fetch";
import type { components, paths } from "./calls.js";

type Call = components["schemas"]["Call"];

const [address, ann, ben, admin] = (globalThis as unknown as { process: { argv: string[] } }).process.argv.slice(2);
const client = (token: string | undefined) =>
  createClient<paths>({ baseUrl: address!, headers: { authorization: `Bearer ${token}` } });
const [caller, callee, operator] = [client(ann), client(ben), client(admin)];

function must<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

function is<T>(actual: T, expected: T): void {
  if (actual !== expected) throw new Error(`${actual} instead of ${expected}`);
}

const one = { params: { path: { callId: "generated" } } };
const started: Call = must(await caller.POST("/api/v1/calls", {
  params: { header: { "X-Device-Id": "a1" } },
  body: { callId: "generated", calleeIds: ["ben"], media: "audio", metadata: { room: "1" } },
}));
is(started.state, "ringing");
is(started.caller.id, "ann");
// @ts-expect-error callees and media are required
const wrong: paths["/api/v1/calls"]["post"]["requestBody"]["content"]["application/json"] = { callId: "x" };
is(wrong.callId, "x");

is(must(await callee.GET("/api/v1/calls/{callId}", one)).legs[0]?.userId, "ben");
is(must(await callee.POST("/api/v1/calls/{callId}/accept", { ...one, body: { ready: true } })).state, "active");
is(must(await caller.POST("/api/v1/calls/{callId}/end", one)).endReason, "completed");

// The code of an error is one of those that the operation may answer, and narrows by its status.
const { error } = await callee.POST("/api/v1/calls/{callId}/accept", one);
if (error === undefined || !("code" in error)) throw new Error("An ended call was accepted.");
is<string>(error.code, "ended");
is(error.call?.endReason, "completed");

must(await callee.PUT("/api/v1/settings", { body: { callWaiting: true } }));
is(must(await callee.GET("/api/v1/settings")).callWaiting, true);
is(must(await operator.GET("/api/v1/admin/calls/{callId}/timeline", one)).callId, "generated");
const past = must(await operator.GET("/api/v1/admin/calls", { params: { query: { state: "ended", limit: 1 } } }));
if (past.calls.length > 1) throw new Error("More than was asked for.");
const { error: refused } = await caller.GET("/api/v1/admin/stats");
is(refused?.code, "forbidden");
