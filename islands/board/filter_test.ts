import { assertEquals } from "@std/assert";
import type { Task } from "../../lib/coordination/tasks/schema.ts";
import { NO_FILTER, readFilter, taskMatches, UNASSIGNED, writeFilter } from "./filter.ts";

const task: Task = {
  id: "task_1",
  title: "Rotate signing keys",
  status: "todo",
  createdBy: "phoenix",
  assignee: "sage",
  priority: "high",
  tags: ["auth"],
  files: ["lib/identity/keys.ts"],
  dependsOn: [],
  createdAt: "",
  updatedAt: "",
  version: 1,
};

Deno.test("readFilter() and writeFilter() keep a filter in an address beside other fields", () => {
  const filter = { q: "keys", agent: "sage", priority: "high", tag: "a&b" };
  const params = new URLSearchParams("task=task_1");
  writeFilter(params, filter);
  assertEquals(readFilter(params), filter);
  assertEquals(params.get("task"), "task_1");
  writeFilter(params, NO_FILTER);
  assertEquals(params.toString(), "task=task_1");
});

Deno.test("taskMatches() wants every word, in whatever part of the task", () => {
  assertEquals(taskMatches(task, { ...NO_FILTER, q: "KEYS auth" }), true);
  assertEquals(taskMatches(task, { ...NO_FILTER, q: "identity/keys sage" }), true);
  assertEquals(taskMatches(task, { ...NO_FILTER, q: "keys docs" }), false);
});

Deno.test("taskMatches() takes assignee, priority and tag exactly", () => {
  assertEquals(taskMatches(task, { ...NO_FILTER, agent: "sage", priority: "high" }), true);
  assertEquals(taskMatches(task, { ...NO_FILTER, agent: "sag" }), false);
  assertEquals(taskMatches(task, { ...NO_FILTER, priority: "low" }), false);
  assertEquals(taskMatches(task, { ...NO_FILTER, tag: "aut" }), false);
});

Deno.test("taskMatches() finds what nobody is to do", () => {
  const filter = { ...NO_FILTER, agent: UNASSIGNED };
  assertEquals(taskMatches(task, filter), false);
  assertEquals(taskMatches({ ...task, assignee: undefined }, filter), true);
});
