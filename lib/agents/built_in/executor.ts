/** Carries out the sub-tasks of a plan, all that can at once, each as a worker's step. */
import { z } from "zod";
import { AppError } from "../../kernel/core/errors.ts";
import { defineAgent } from "../define_agent.ts";
import {
  inDependencyOrder,
  runLimit,
  type SubTask,
  subTask,
  type TaskResult,
  taskResult,
} from "../plan.ts";
import type { TaskInput } from "./worker.ts";

const input = z.object({
  request: z.string(),
  /** Empty: three views of the request. */
  tasks: z.array(subTask),
  criteria: z.array(z.string()),
  background: z.string(),
  /** Per task: the kind of work and the model chosen. */
  parts: z.array(z.object({ id: z.string(), kind: z.string(), model: z.string().optional() })),
  /** Results from before; tasks are done anew only when `findings` says why. */
  known: z.array(taskResult).default([]),
  findings: z.array(z.object({ id: z.string(), feedback: z.string() })).default([]),
});

const output = z.object({
  results: z.array(taskResult),
  /** A run limit stopped the work: what was done before it still counts. */
  limit: runLimit.optional(),
});

export type ExecutorInput = z.input<typeof input>;
export type Execution = z.infer<typeof output>;

export const executor = defineAgent({
  id: "executor",
  name: "Executor",
  role: "executor",
  description: "Runs sub-tasks in parallel respecting their dependencies; tolerates that some fail",
  input,
  output,
  async run(ctx, { request, tasks: planned, criteria, background, parts, known, findings }) {
    const all = planned.length > 0 ? planned : threeViews();
    const feedback = new Map(findings.map((finding) => [finding.id, finding.feedback]));
    const before = new Map(known.map((result) => [result.id, result]));
    const tasks = all.filter((task) => !before.has(task.id) || feedback.has(task.id));
    ctx.act(`Starts ${count(tasks.length)}: ${tasks.map((task) => task.title).join("; ")}`);

    const work = (id: string, needed: TaskResult[]) => {
      const task = all.find((one) => one.id === id)!;
      const part = parts.find((one) => one.id === id);
      const brief: TaskInput = {
        request,
        title: task.title,
        instructions: task.instructions,
        kind: part?.kind ?? "analysis",
        others: all.filter((other) => other !== task).map((other) => other.title),
        background,
        needed,
        criteria,
        draft: before.get(id)?.text ?? "",
        feedback: feedback.get(id) ?? "",
      };
      const dependsOn = needed.map((result) => result.title);
      return ctx.spawn<string>(task.agent, brief, {
        title: task.title,
        dependsOn,
        model: part?.model,
      });
    };
    const { results, limit } = await inDependencyOrder(tasks, before, work, (result, settled) => {
      ctx.act(`${settled} of ${tasks.length}: ${result.title} – ${outcome(result)}`);
      ctx.progress(Math.round(100 * settled / tasks.length));
    });
    const none = results.length > 0 && results.every((result) => result.status !== "done");
    if (none) throw limit ?? allFailed(results);
    if (!limit) return { results };
    const { code, detail: message, data } = limit;
    return { results, limit: { code, message, data } };
  },
});

/** For a plan that names no sub-tasks. */
function threeViews(): SubTask[] {
  const view = (id: string, title: string, instructions: string): SubTask => ({
    id,
    title,
    instructions,
    agent: "worker",
    dependsOn: [],
  });
  return [
    view(
      "t1",
      "Establish the facts",
      "Gather what is known and decisive for the request: facts, terms, conditions.",
    ),
    view(
      "t2",
      "Work out the answer",
      "Work out the best answer to the request and the reasons for it.",
    ),
    view(
      "t3",
      "Look for objections",
      "Find what speaks against the obvious answer: gaps, risks, exceptions, better options.",
    ),
  ];
}

function allFailed(results: readonly TaskResult[]): AppError {
  const failed = results.find((result) => result.status === "failed") ?? results[0]!;
  const each = results.map((result) => `“${result.title}”: ${result.error?.message}`).join("; ");
  return new AppError("upstream_failed", {
    retryable: false,
    detail: `None of ${count(results.length)} succeeded – ${each}`,
    data: { code: failed.error?.code },
  });
}

function outcome(result: TaskResult): string {
  return result.status === "done" ? "done" : `${result.status}: ${result.error?.message}`;
}

function count(tasks: number): string {
  return tasks === 1 ? "1 sub-task" : `${tasks} sub-tasks`;
}
