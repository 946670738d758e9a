import { assertEquals } from "@std/assert";
import { AppError } from "../kernel/core/errors.ts";
import { findCycle, inDependencyOrder, planErrors, type TaskResult } from "./plan.ts";

const task = (id: string, dependsOn: string[] = [], agent = "worker") => ({
  id,
  title: `Task ${id}`,
  instructions: "Do it",
  agent,
  dependsOn,
});
const AGENTS = new Set(["worker"]);

Deno.test("planErrors() accepts a plan that can be carried out", () => {
  assertEquals(planErrors([task("a"), task("b", ["a"])], AGENTS), []);
});

Deno.test("planErrors() names every fault with its task", () => {
  assertEquals(
    planErrors([task("a"), task("a"), task("b", ["x"]), task("c", [], "wizard")], AGENTS),
    [
      'task "a": the id is used twice',
      'task "c": agent "wizard" is unknown; use worker',
      'task "b": dependsOn names "x", which is no task',
    ],
  );
  assertEquals(planErrors([], AGENTS), ["tasks: the plan has no task; give at least one"]);
  assertEquals(planErrors("abcdefghi".split("").map((id) => task(id)), AGENTS), [
    "tasks: 9 tasks are too many; give at most 8",
  ]);
});

Deno.test("findCycle() gives the path of a circle, also of a task waiting for itself", () => {
  assertEquals(findCycle([task("a", ["b"]), task("b", ["c"]), task("c", ["b"])]), ["b", "c", "b"]);
  assertEquals(findCycle([task("a", ["a"])]), ["a", "a"]);
  assertEquals(findCycle([task("a"), task("b", ["a"]), task("c", ["a", "b"])]), undefined);
});

Deno.test("inDependencyOrder() starts everything that can start at once", async () => {
  const started: string[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  const running = inDependencyOrder([task("c", ["a"]), task("a"), task("b")], new Map(), (id) => {
    started.push(id);
    return id === "a" ? promise : Promise.resolve(id);
  }, () => {});
  await Promise.resolve();
  resolve("done a");
  const { results } = await running;
  assertEquals(started, ["a", "b", "c"]);
  assertEquals(results.map((result) => result.id), ["c", "a", "b"]);
});

Deno.test("inDependencyOrder() hands on results known from before", async () => {
  const known: TaskResult = { id: "a", title: "Task a", status: "done", text: "old" };
  const seen: TaskResult[] = [];
  await inDependencyOrder([task("b", ["a"])], new Map([["a", known]]), (_id, needed) => {
    seen.push(...needed);
    return Promise.resolve("new");
  }, () => {});
  assertEquals(seen, [known]);
});

Deno.test("inDependencyOrder() starts nothing new after a run limit and keeps the results", async () => {
  const started: string[] = [];
  const { results, limit } = await inDependencyOrder(
    [task("a"), task("b"), task("c", ["a"])],
    new Map(),
    (id) => {
      started.push(id);
      return id === "b" ? Promise.reject(new AppError("budget_exhausted")) : Promise.resolve(id);
    },
    () => {},
  );
  assertEquals(limit?.code, "budget_exhausted");
  assertEquals(results.map((result) => result.status), ["done", "failed", "skipped"]);
  assertEquals(started, ["a", "b"]);
});
