import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Message } from "../../lib/coordination/chat/schema.ts";
import type { Lock } from "../../lib/coordination/locks/schema.ts";
import type { Task } from "../../lib/coordination/tasks/schema.ts";
import { columnsOf, unfinished } from "./columns.ts";
import {
  applyEvents,
  boardData,
  type BoardEvent,
  type BoardSnapshot,
  conversation,
} from "./state.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();

const task = (id: string, more: Partial<Task> = {}): Task => ({
  id,
  title: id,
  status: "todo",
  createdBy: "phoenix",
  priority: "medium",
  tags: [],
  files: [],
  dependsOn: [],
  createdAt: at(0),
  updatedAt: at(0),
  version: 1,
  ...more,
});

const lock = (resourcePath: string, token: number): Lock => ({
  resourcePath,
  resourceType: "file-lock",
  lockedBy: "phoenix",
  lockedAt: at(0),
  expiresAt: at(9),
  remainingMs: 1,
  token,
});

const message = (id: string, more: Partial<Message> = {}): Message => ({
  id,
  author: "phoenix",
  authorType: "agent",
  message: id,
  timestamp: at(0),
  reactions: [],
  mentions: [],
  ...more,
});

const empty: BoardSnapshot = {
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
};

const data = (more: Partial<BoardSnapshot> = {}) => boardData({ ...empty, ...more });
let lastId = 0;
const event = (type: string, fields: Record<string, unknown>): BoardEvent => ({
  id: `${++lastId}`,
  type,
  ...fields,
});

Deno.test("applyEvents() keeps the newer version of a task, whichever comes last", () => {
  const next = applyEvents(data({ tasks: [task("a", { version: 3, title: "new" })] }), [
    event("task.updated", { task: task("a", { version: 2, title: "old" }) }),
  ]);
  assertEquals(next.tasks.get("a")!.title, "new");
});

Deno.test("applyEvents() takes a deleted task away", () => {
  const next = applyEvents(data({ tasks: [task("a")] }), [
    event("task.deleted", { taskId: "a", task: task("a") }),
  ]);
  assertEquals(next.tasks.size, 0);
});

Deno.test("applyEvents() counts finished tasks once, also those not loaded", () => {
  const done = event("task.completed", { task: task("a", { status: "done", version: 2 }) });
  const old = event("task.updated", { task: task("z", { status: "done", version: 7 }) });
  const next = applyEvents(data({ tasks: [task("a")], doneTotal: 9 }), [done, done, old]);
  assertEquals(next.doneTotal, 10);
});

Deno.test("applyEvents() lets an older grant's end not take a newer lock", () => {
  const next = applyEvents(data({ locks: [lock("a.ts", 6)] }), [
    event("lock.granted", { lock: lock("a.ts", 5) }),
    event("lock.released", { lock: lock("a.ts", 5) }),
  ]);
  assertEquals(next.locks.get("a.ts")!.token, 6);
});

Deno.test("applyEvents() ends a lock that was released, expired or taken by force", () => {
  for (const type of ["lock.released", "lock.expired", "lock.stolen"]) {
    const next = applyEvents(data({ locks: [lock("a.ts", 6)] }), [
      event(type, { lock: lock("a.ts", 6) }),
    ]);
    assertEquals(next.locks.size, 0, type);
  }
});

Deno.test("applyEvents() gives a lock that was taken over to its new holder", () => {
  const next = applyEvents(data({ locks: [lock("a.ts", 6)] }), [
    event("lock.taken_over", { lock: { ...lock("a.ts", 7), lockedBy: "sage" } }),
  ]);
  assertEquals(next.locks.get("a.ts")!.lockedBy, "sage");
});

Deno.test("applyEvents() never leads a handoff back", () => {
  const handoff = { id: "h", status: "claimed" } as BoardSnapshot["handoffs"][number];
  const next = applyEvents(data({ handoffs: [handoff] }), [
    event("handoff.created", { handoff: { ...handoff, status: "pending" } }),
  ]);
  assertEquals(next.handoffs.get("h")!.status, "claimed");
});

Deno.test("applyEvents() counts a reply at its message once", () => {
  const reply = event("chat.posted", { message: message("r", { threadId: "m" }) });
  const next = applyEvents(data({ messages: [message("m")] }), [reply, reply]);
  assertEquals(next.messages.get("m")!.replyCount, 1);
  assertEquals(conversation(next).map((shown) => shown.id), ["m"]);
  assertEquals(conversation(next, "m").map((shown) => shown.id), ["r"]);
});

Deno.test("applyEvents() adds a reaction once and takes it back", () => {
  const reaction = { emoji: "+1", by: "sage", at: at(1) };
  const given = event("chat.reacted", { messageId: "m", reaction });
  const once = applyEvents(data({ messages: [message("m")] }), [given, given]);
  assertEquals(once.messages.get("m")!.reactions, [reaction]);
  const back = applyEvents(once, [
    event("chat.reacted", { messageId: "m", reaction, removed: true }),
  ]);
  assertEquals(back.messages.get("m")!.reactions, []);
});

Deno.test("applyEvents() closes an escalation, however it is told", () => {
  const escalation = { id: "e", agentId: "cedar" } as BoardSnapshot["escalations"][number];
  for (const type of ["escalation.resolved", "escalation.cleared"]) {
    const next = applyEvents(data(), [
      event("escalation.opened", { escalation }),
      event(type, { escalation }),
    ]);
    assertEquals(next.escalations.size, 0, type);
  }
});

Deno.test("applyEvents() passes over what the board does not show", () => {
  const before = data();
  assertEquals(applyEvents(before, [event("run.created", {}), event("kudos.given", {})]), before);
});

const events = fc.oneof(
  fc.record({ id: fc.constantFrom("a", "b"), version: fc.integer({ min: 1, max: 5 }) }).map((
    { id, version },
  ) => event("task.updated", { task: task(id, { version }) })),
  fc.record({ token: fc.integer({ min: 1, max: 5 }), end: fc.boolean() }).map(({ token, end }) =>
    event(end ? "lock.released" : "lock.granted", { lock: lock("p", token) })
  ),
  fc.constantFrom("x", "y").map((id) => event("chat.posted", { message: message(id) })),
);

Deno.test("applyEvents() ends alike when a snapshot knew the first events already", () => {
  fc.assert(fc.property(fc.array(events, { maxLength: 20 }), fc.nat(20), (log, cut) => {
    const whole = applyEvents(data(), log);
    const snapshot = applyEvents(data(), log.slice(0, cut));
    // The cursor stood at the beginning: everything comes once more.
    assertEquals(applyEvents(snapshot, log), whole);
  }));
});

Deno.test("columnsOf() sorts by priority, then the newest first, finished ones by their end", () => {
  const tasks = new Map(
    [
      task("old", { createdAt: at(1) }),
      task("new", { createdAt: at(2) }),
      task("urgent", { priority: "urgent" }),
      task("first", { status: "done", updatedAt: at(3) }),
      task("last", { status: "done", updatedAt: at(4), priority: "low" }),
    ].map((entry) => [entry.id, entry]),
  );
  const columns = columnsOf(tasks, new Map(), () => true);
  assertEquals(columns.todo.map((entry) => entry.id), ["urgent", "new", "old"]);
  assertEquals(columns.done.map((entry) => entry.id), ["last", "first"]);
});

Deno.test("columnsOf() shows a change on its way, and leaves the others as they are", () => {
  const still = task("b");
  const tasks = new Map([["a", task("a")], ["b", still]]);
  const columns = columnsOf(tasks, new Map([["a", { status: "done" }]]), () => true);
  assertEquals(columns.done[0]!.id, "a");
  assertEquals(columns.todo[0] === still, true);
});

Deno.test("unfinished() names what a task still waits for", () => {
  const waiting = task("c", { dependsOn: ["a", "b", "gone"] });
  const tasks = new Map([["a", task("a")], ["b", task("b", { status: "done" })], ["c", waiting]]);
  assertEquals(unfinished(tasks, waiting).map((other) => other.id), ["a"]);
});
