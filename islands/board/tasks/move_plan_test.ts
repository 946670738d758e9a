import { assertEquals } from "@std/assert";
import type { Task, TaskStatus } from "../../../lib/coordination/tasks/schema.ts";
import { movePlan } from "./move_plan.ts";

const plan = (status: TaskStatus, to: TaskStatus, assignee?: string) =>
  movePlan({ status, assignee } as Task, to, "user:local");

Deno.test("movePlan() claims work that starts, for its assignee or for who moves it", () => {
  assertEquals(plan("todo", "in-progress").claimFor, "user:local");
  assertEquals(plan("todo", "in-progress", "sage").claimFor, "sage");
});

Deno.test("movePlan() frees work that goes back to todo", () => {
  assertEquals(plan("in-progress", "todo", "sage"), {
    shown: { status: "todo", assignee: undefined },
    patch: { status: "todo", assignee: null },
  });
});

Deno.test("movePlan() leaves the assignee of other moves alone", () => {
  assertEquals(plan("in-progress", "done", "sage").patch, { status: "done" });
  assertEquals(plan("blocked", "in-progress", "sage").patch, { status: "in-progress" });
  assertEquals(plan("blocked", "todo", "sage").patch, { status: "todo" });
});
