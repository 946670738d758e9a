import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { seededIds } from "../../kernel/core/ids.ts";
import { findIndexDrift, transact } from "../../kernel/kv/mod.ts";
import { holdingsKey } from "../keys.ts";
import { taskIndexes } from "./keys.ts";
import {
  claimTask,
  completeTask,
  countTasks,
  createTask,
  deleteTask,
  getTask,
  listOpenTasks,
  listTasks,
  listTasksOf,
  releaseTask,
  saveTask,
  stageTaskTransfer,
  updateTask,
} from "./mod.ts";
import type { TaskStatus } from "./schema.ts";

const WS = "w";
const call = { workspaceId: WS, actor: "agent:boss" };

async function board() {
  const store = await tempStore();
  return Object.assign(store, { ids: seededIds() });
}
type Board = Awaited<ReturnType<typeof board>>;

const agentId = fc.constantFrom("ada", "bob");
const taskId = fc.constantFrom("a", "b", "c", "d");
const patch = fc.record({
  status: fc.constantFrom<TaskStatus>("todo", "in-progress", "blocked", "done"),
  assignee: fc.option(agentId),
  dependsOn: fc.array(taskId, { maxLength: 2 }),
}, { requiredKeys: [] });
const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("save" as const), taskId, patch }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("claim" as const, "release" as const, "complete" as const),
      taskId,
      agentId,
    }),
  },
  fc.record({ kind: fc.constant("delete" as const), taskId }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

async function carryOut(ctx: Board, made: Command): Promise<void> {
  switch (made.kind) {
    case "save":
      return void await saveTask(ctx, call, { id: made.taskId, title: "T", ...made.patch });
    case "claim":
      return void await claimTask(ctx, call, made);
    case "release":
      return void await releaseTask(ctx, call, made);
    case "complete":
      return void await completeTask(ctx, call, made);
    case "delete":
      return await deleteTask(ctx, call, made);
  }
}

Deno.test("pointers and counts are what the records say through any commands", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 25 }), async (commands) => {
      await using ctx = await board();
      for (const made of commands) {
        await carryOut(ctx, made).catch((error) => assert(error instanceof AppError, error));
      }
      assertEquals(await findIndexDrift(ctx, taskIndexes, WS), { missing: [], extra: [] });
      const { items } = await listTasks(ctx, WS, { limit: 100 });
      const counts = { todo: 0, "in-progress": 0, blocked: 0, done: 0 };
      for (const { status } of items) counts[status]++;
      assertEquals(await countTasks(ctx, WS), counts);
      const open = items.filter(({ status }) => status !== "done");
      assertEquals(await listOpenTasks(ctx, WS), open);
    }),
    { numRuns: 60 },
  );
});

Deno.test("no commands, however they interleave, make a task wait for itself", async () => {
  const edge = fc.record({ taskId, dependsOn: fc.array(taskId, { minLength: 1, maxLength: 2 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(edge, { minLength: 2, maxLength: 12 }), async (edges) => {
      await using ctx = await board();
      for (const id of ["a", "b", "c", "d"]) await createTask(ctx, call, { id, title: id });
      await Promise.allSettled(
        edges.map(({ taskId, dependsOn }) =>
          updateTask(ctx, call, { taskId, patch: { dependsOn } })
        ),
      );
      const needs = new Map<string, string[]>();
      for (const { id, dependsOn } of await listOpenTasks(ctx, WS)) needs.set(id, dependsOn);
      const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
        needs.get(from)!.some((next) =>
          next === to || !seen.has(next) && reaches(next, to, seen.add(next))
        );
      assertEquals([...needs.keys()].filter((id) => reaches(id, id)), []);
    }),
    { numRuns: 60 },
  );
});

Deno.test("of a deletion and a task that begins to wait for the deleted one, one is refused", async () => {
  for (let round = 0; round < 40; round++) {
    await using ctx = await board();
    await createTask(ctx, call, { id: "a", title: "A" });
    const told = await Promise.allSettled([
      deleteTask(ctx, call, { taskId: "a" }),
      createTask(ctx, call, { id: "b", title: "B", dependsOn: ["a"] }),
    ]);
    assertEquals(told.filter(({ status }) => status === "fulfilled").length, 1);
    assertEquals((await getTask(ctx, WS, "a")) === null, (await getTask(ctx, WS, "b")) === null);
  }
});

Deno.test("stageTaskTransfer() gives every task in progress to the other in one commit", async () => {
  await using ctx = await board();
  for (const id of ["a", "b", "c"]) await createTask(ctx, call, { id, title: id });
  for (const id of ["a", "b"]) await claimTask(ctx, call, { taskId: id, agentId: "ada" });
  const held = await listTasksOf(ctx, WS, "ada");
  assertEquals(held.map(({ id }) => id), ["b", "a"]);
  await transact(ctx, WS, (tx) => {
    for (const task of held) stageTaskTransfer(tx, task, "bob", { nowMs: 1_000, actor: "system" });
  });
  assertEquals((await listTasksOf(ctx, WS, "bob")).map(({ id }) => id), ["b", "a"]);
  assertEquals([await listTasksOf(ctx, WS, "ada"), (await getTask(ctx, WS, "a"))!.version], [
    [],
    3,
  ]);
  assertEquals(await findIndexDrift(ctx, taskIndexes, WS), { missing: [], extra: [] });
  await assertRejects(() => completeTask(ctx, call, { taskId: "a", agentId: "ada" }), AppError);
});

Deno.test("every change of a held task moves its holder's fence, other changes do not", async () => {
  await using ctx = await board();
  await createTask(ctx, call, { id: "a", title: "A" });
  const fence = async () => (await ctx.kv.get(holdingsKey(WS, "ada"))).versionstamp;
  const moved: boolean[] = [];
  let last = await fence();
  const steps = [
    () => updateTask(ctx, call, { taskId: "a", patch: { assignee: "ada" } }),
    () => claimTask(ctx, call, { taskId: "a", agentId: "ada" }),
    () => updateTask(ctx, call, { taskId: "a", patch: { title: "B" } }),
    () => completeTask(ctx, call, { taskId: "a", agentId: "ada" }),
    () => updateTask(ctx, call, { taskId: "a", patch: { title: "C" } }),
  ];
  for (const step of steps) {
    await step();
    const now = await fence();
    moved.push(now !== last);
    last = now;
  }
  assertEquals(moved, [false, true, true, true, false]);
});
