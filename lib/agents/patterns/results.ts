/** Plan and results of delegated work as the covenant and the run keep them. */
import { AppError, toAppError } from "../../kernel/core/errors.ts";
import type { PlanItem } from "../covenant.ts";
import type { SubTask, TaskResult } from "../plan.ts";

/** Stages before, between and after the sub-tasks, as the covenant shows them. */
export function planItems(tasks: readonly SubTask[]): PlanItem[] {
  const ids = tasks.map((task) => task.id);
  return [
    { id: "classify", title: "Classify the parts", agent: "classifier", dependsOn: [] },
    { id: "route", title: "Choose models", agent: "router", dependsOn: ["classify"] },
    ...tasks.map(({ id, title, agent, dependsOn }) => ({
      id,
      title,
      agent,
      dependsOn: dependsOn.length > 0 ? dependsOn : ["route"],
    })),
    { id: "evaluate", title: "Check the results", agent: "evaluator", dependsOn: ids },
    { id: "answer", title: "Write the answer", agent: "coordinator", dependsOn: ["evaluate"] },
  ];
}

/** New results in the place of those they redo; a redo that failed keeps the earlier result. */
export function mergeResults(
  before: readonly TaskResult[],
  redone: readonly TaskResult[],
): TaskResult[] {
  return before.map((old) => {
    const anew = redone.find((result) => result.id === old.id);
    return anew === undefined || anew.status !== "done" && old.status === "done" ? old : anew;
  });
}

/** Runs the rest of a job; a limit that ends the run is thrown on with what was finished before. */
export async function keepingPartial<T>(
  results: () => readonly TaskResult[],
  rest: () => Promise<T>,
): Promise<T> {
  try {
    return await rest();
  } catch (thrown) {
    const error = toAppError(thrown);
    const done = results().filter((result) => result.status === "done");
    if (done.length === 0) throw error;
    const output = done.map((result) => `## ${result.title}\n\n${result.text}`).join("\n\n");
    throw new AppError(error.code, {
      detail: error.detail,
      retryable: error.retryable,
      data: {
        ...error.data,
        output: `Stopped before the answer was written. Finished until then:\n\n${output}`,
      },
      cause: error,
    });
  }
}
