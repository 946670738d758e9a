/** What the examples must come to, wherever they run. */
import { assertEquals, assertMatch } from "@std/assert";
import type { BasicOutcome } from "./basic_use.ts";
import type { RealtimeOutcome } from "./realtime.ts";

export function assertBasic(outcome: BasicOutcome): void {
  assertEquals([outcome.task.status, outcome.task.assignee], ["done", "phoenix"]);
  assertEquals(outcome.refused, { code: "conflict", assignee: "phoenix" });
  assertEquals(outcome.blocked, { code: "conflict", lockedBy: "phoenix" });
  assertEquals(outcome.stale, "conflict");
  assertEquals(outcome.recalled, ["The parser keeps trailing commas on purpose"]);
  assertEquals(outcome.resumed, ["Write its changelog"]);
  assertEquals(outcome.handedTo, "atlas");
  assertEquals(outcome.unread.includes("Thank you"), true);
  assertEquals(outcome.chat, ["The parser is done, @atlas"]);
  assertMatch(outcome.answer, /hello/i);
}

export function assertRealtime(outcome: RealtimeOutcome): void {
  assertEquals(outcome.seen.filter((type) => type.startsWith("task.")), [
    "task.created",
    "task.claimed",
    "task.completed",
  ]);
  assertEquals(outcome.seen.filter((type) => /^lock\.(granted|released)$/.test(type)), [
    "lock.granted",
    "lock.released",
    "lock.granted",
    "lock.released",
  ]);
  assertEquals(outcome.seen.at(-1), "chat.posted");
  assertEquals(outcome.frames[0], "agent-update");
  for (const type of ["task-update", "lock-update", "chat"]) {
    assertEquals(outcome.frames.includes(type), true, type);
  }
  assertEquals(outcome.resumed, ["task.claimed", "task.completed", "chat.posted"]);
  assertEquals([outcome.chat, outcome.grantedAfterWait], [["Measured"], true]);
}
