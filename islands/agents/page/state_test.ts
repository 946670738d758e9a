import { assertEquals } from "@std/assert";
import type { BoardEvent } from "../../board/state.ts";
import { agentData, type AgentSnapshot, applyAgentEvents, holdingsOf } from "./state.ts";

const snapshot: AgentSnapshot = {
  agentId: "phoenix",
  board: {
    cursor: "",
    nowMs: 0,
    tasks: [],
    doneTotal: 0,
    doneCursor: null,
    tasksCut: false,
    agents: [],
    team: [],
    locks: [],
    zones: [],
    claims: [],
    handoffs: [],
    messages: [],
    escalations: [],
  },
  builtIn: null,
  dashboard: null,
  traces: [],
  steps: [],
  resolved: [],
  inbox: [],
  unread: 0,
  memories: [],
  checkpoint: null,
};

let lastId = 0;
const own = (type: string, fields: Record<string, unknown>): BoardEvent => ({
  id: `${++lastId}`,
  type,
  stream: "agent:phoenix",
  ...fields,
});
const apply = (...events: BoardEvent[]) => applyAgentEvents(agentData(snapshot), "phoenix", events);

Deno.test("applyAgentEvents() counts an unread message once and forgets it when read", () => {
  const received = own("message.received", { message: { id: "m", read: false } });
  assertEquals(apply(received, received).unread, 1);
  const read = own("message.read", { messageIds: ["m"] });
  const after = apply(received, read, read);
  assertEquals([after.unread, after.inbox.get("m")!.read], [0, true]);
});

Deno.test("applyAgentEvents() follows a trace from its start, each step once", () => {
  const step = own("trace.step", { sessionId: "s", step: { id: "st1", number: 1 } });
  const after = apply(
    own("trace.started", { trace: { sessionId: "s", stepCount: 0 } }),
    step,
    step,
  );
  assertEquals(after.steps.get("s")!.length, 1);
  assertEquals(after.traces.get("s")!.stepCount, 1);
});

Deno.test("applyAgentEvents() keeps steps that were not loaded out, and counts them", () => {
  const before = agentData({
    ...snapshot,
    traces: [{ sessionId: "new" }, {
      sessionId: "s",
      stepCount: 4,
    }] as unknown as AgentSnapshot["traces"],
  });
  const after = applyAgentEvents(before, "phoenix", [
    own("trace.step", { sessionId: "s", step: { id: "x", number: 5 } }),
  ]);
  assertEquals([after.steps.has("s"), after.traces.get("s")!.stepCount], [false, 5]);
});

Deno.test("applyAgentEvents() passes over other agents' streams", () => {
  const after = apply({
    ...own("message.received", { message: { id: "m", read: false } }),
    stream: "agent:sage",
  });
  assertEquals(after.inbox.size, 0);
});

Deno.test("holdingsOf() shows what is the agent's own, while it is", () => {
  const lock = { resourcePath: "a.ts", lockedBy: "phoenix", token: 1 };
  const granted = { ...own("lock.granted", { lock }), stream: "board" };
  assertEquals(holdingsOf(apply(granted), "phoenix").locks.length, 1);
  const moved = own("lock.taken_over", { lock: { ...lock, lockedBy: "sage", token: 2 } });
  assertEquals(
    holdingsOf(apply(granted, { ...moved, stream: "board" }), "phoenix").locks.length,
    0,
  );
});
