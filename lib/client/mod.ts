/**
 * The client: every path of the API, typed from the routes, and what is pleasant on top. Runs on Deno, on
 * Node and in browsers; a server hands it out as one file, so that a program needs nothing but a URL:
 * `import { connect } from "http://127.0.0.1:8000/client.js"`. Imports nothing of the program but types.
 */
export { type FieldProblem, isMusterError, MusterError, type Problem } from "./error.ts";
export type { EventOptions, MusterEvent, StreamState } from "./events.ts";
export { type AcquireOptions, HeldLock, type LockTarget } from "./locks.ts";
export { type AgentFields, Muster } from "./muster.ts";
export { type CheckpointFields, type MemoryItem, type NewMemory } from "./notes.ts";
export { type NewRun, RunHandle, type Waiting } from "./runs.ts";
export { MusterSocket, type SocketFrame, type SocketOptions, type SocketState } from "./socket.ts";
export type { LiveOptions, PostOptions } from "./talk.ts";
export type { ConnectOptions } from "./transport.ts";
export type { CallOptions, Schema } from "./typed_paths.ts";
export { type GuardedBy, type NewHandoff, type NewTask, type TaskChange } from "./work.ts";
export { connect } from "./connect.ts";
