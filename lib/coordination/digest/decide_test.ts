import { assertEquals, assertThrows } from "@std/assert";
import type { Handoff } from "../handoffs/schema.ts";
import type { Task } from "../tasks/schema.ts";
import { BoardNews, cursorOf, isoMs, sinceOf } from "./decide.ts";

const task = (id: string, status: Task["status"] = "todo") => ({ id, status }) as Task;
const handoff = (id: string, fromAgent: string) => ({ id, fromAgent }) as Handoff;
const event = (type: string, actor: string, more: object) => ({
  type,
  actor: `agent:${actor}`,
  at: "2026-11-21T12:00:00.000Z",
  ...more,
});

const NOW = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;
const STAMP = "0000000000000000002f.999999";

const TIMES: readonly [text: string, ms: number | null][] = [
  ["2026-11-21", Date.UTC(2026, 10, 21)],
  ["2026-11-21T12:00:00Z", NOW],
  ["2026-11-21T12:00:00.000Z", NOW],
  ["2026-11-21T14:00+02:00", NOW],
  ["2026-13-01", null],
  ["2026-11-21T25:00Z", null],
  ["21.11.2026", null],
  ["1763726400000", null],
  ["now", null],
  ["", null],
];

for (const [text, ms] of TIMES) {
  Deno.test(`isoMs() "${text}" is ${ms === null ? "no time" : "a time"}`, () => {
    assertEquals(isoMs(text), ms);
  });
}

Deno.test("sinceOf() takes nothing for one window back, an ISO time, and its own cursor", () => {
  assertEquals(sinceOf(undefined, NOW, DAY), { ms: NOW - DAY });
  assertEquals(sinceOf("2026-11-20T12:00:00Z", NOW, DAY), { ms: NOW - DAY });
  assertEquals(sinceOf(cursorOf(STAMP, NOW), NOW + 5, DAY), { ms: NOW, after: STAMP });
  assertEquals(sinceOf(cursorOf(undefined, NOW), NOW + 5, DAY), { ms: NOW });
});

for (const text of ["yesterday", `${STAMP}`, `${STAMP}.x`, `${STAMP}.99999999999999`, "-1"]) {
  Deno.test(`sinceOf() refuses "${text}"`, () => {
    assertThrows(() => sinceOf(text, NOW, DAY), Error, "invalid_input");
  });
}

Deno.test("BoardNews tells each task once, as it is now, with what others did in order", () => {
  const news = new BoardNews("sage");
  news.add(event("task.completed", "phoenix", { task: task("t1", "done") }));
  news.add(event("task.updated", "cedar", { task: task("t1", "in-progress") }));
  news.add(event("task.updated", "cedar", { task: task("t1", "in-progress") }));
  news.add(event("task.claimed", "sage", { task: task("t1", "in-progress") }));
  news.add(event("task.created", "phoenix", { task: task("t1") }));
  const [{ task: shown, changes, by }] = news.taskChanges as [typeof news.taskChanges[0]];
  assertEquals([shown.status, changes, by], [
    "done",
    ["created", "updated", "completed"],
    ["agent:cedar", "agent:phoenix"],
  ]);
});

Deno.test("BoardNews leaves out what only the agent did, and what is no task", () => {
  const news = new BoardNews("sage");
  news.add(event("task.created", "sage", { task: task("t1") }));
  news.add(event("lock.granted", "phoenix", {}));
  assertEquals(news.taskChanges, []);
});

Deno.test("BoardNews tells its own handoffs that others took, as they are now", () => {
  const news = new BoardNews("sage");
  const done = { ...handoff("h1", "sage"), status: "completed" as const };
  news.add(event("handoff.completed", "phoenix", { handoff: done }));
  news.add(event("handoff.claimed", "phoenix", { handoff: handoff("h1", "sage") }));
  news.add(event("handoff.created", "phoenix", { handoff: handoff("h2", "sage") }));
  news.add(event("handoff.claimed", "sage", { handoff: handoff("h3", "sage") }));
  news.add(event("handoff.claimed", "phoenix", { handoff: handoff("h4", "cedar") }));
  assertEquals(news.handoffs, [done]);
});
