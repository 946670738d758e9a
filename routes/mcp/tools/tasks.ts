/** Tasks of the board. */
import { z } from "zod";
import {
  claimTask,
  completeTask,
  createTask,
  listTasks,
  releaseTask,
  requireTask,
  updateTask,
} from "../../../lib/coordination/tasks/mod.ts";
import {
  task as taskShape,
  taskCompletion,
  taskFilter,
  taskId as taskIdShape,
  taskInput,
  taskPatch,
} from "../../../lib/coordination/tasks/schema.ts";
import { requireClaimant } from "../../_http/claimant.ts";
import { actorOf } from "../../_http/env.ts";
import { pageOf } from "../../_http/openapi.ts";
import { counted } from "../outline.ts";
import { type Tool, verb } from "../tool.ts";
import { pageInput } from "./page_input.ts";

const taskId = taskIdShape.describe("task_… or the id it was given");
const answer = z.object({ task: taskShape });

export const task: Tool = {
  name: "task",
  title: "Tasks",
  description:
    "The team's list of what is to be done. Claim before you begin: exactly one agent gets a task, and only when what it depends on is done. Returns the task or the tasks.",
  infer: ({ title, taskId: id, id: otherId, ...patch }) => {
    if (id === undefined && (otherId === undefined || title !== undefined)) {
      return title === undefined ? "list" : "create";
    }
    const fields = Object.keys(taskPatch.shape);
    return title !== undefined || fields.some((field) => patch[field] !== undefined)
      ? "update"
      : "get";
  },
  verbs: {
    create: verb({
      does: "put something on the list",
      who: "caller",
      needs: "coordinate",
      input: taskInput.omit({ createdBy: true }),
      output: answer,
      async run({ app, c, call, agentId }, input) {
        requireClaimant(c, null, input);
        const createdBy = agentId ?? actorOf(c);
        return { task: await createTask(app.ctx, call, { ...input, createdBy }) };
      },
      text: ({ task: { id } }) => `Created ${id}`,
      brief: true,
    }),
    list: verb({
      does: "newest first; by status, by assignee",
      who: "caller",
      input: taskFilter.extend(pageInput),
      output: pageOf(taskShape),
      run: ({ app, workspaceId }, query) => listTasks(app.ctx, workspaceId, query),
      text: ({ items }) => counted(items.length, "task"),
    }),
    get: verb({
      does: "one task",
      who: "caller",
      input: z.strictObject({ taskId }),
      output: answer,
      run: async ({ app, workspaceId }, { taskId: id }) => ({
        task: await requireTask(app.ctx, workspaceId, id),
      }),
      text: ({ task: { id, status } }) => `${id} is ${status}`,
    }),
    update: verb({
      does: "change what you give; null takes description or assignee away",
      who: "caller",
      needs: "coordinate",
      input: taskPatch.extend({ taskId }),
      output: answer,
      run: async ({ app, c, call }, { taskId: id, ...patch }) => ({
        task: await updateTask(app.ctx, call, {
          taskId: id,
          patch,
          check: (current) => requireClaimant(c, current, patch),
        }),
      }),
      text: ({ task: { id, status } }) => `${id} is ${status}`,
      brief: true,
    }),
    claim: verb({
      does: "make it yours and in progress",
      who: "actor",
      needs: "coordinate",
      input: z.strictObject({ taskId }),
      output: answer,
      run: async ({ app, call, agent }, input) => ({
        task: await claimTask(app.ctx, call, { ...input, agentId: agent() }),
      }),
      text: ({ task: { id, files } }) =>
        `${id} is yours${files.length > 0 ? `; lock its files before you edit them` : ""}`,
    }),
    release: verb({
      does: "give it back to the list",
      who: "actor",
      needs: "coordinate",
      input: z.strictObject({ taskId }),
      output: answer,
      run: async ({ app, call, agent }, input) => ({
        task: await releaseTask(app.ctx, call, { ...input, agentId: agent() }),
      }),
      text: ({ task: { id } }) => `${id} is on the list again`,
      brief: true,
    }),
    complete: verb({
      does:
        "it is done; with the token of your lock, refused when somebody else has the lock by now",
      who: "actor",
      needs: "coordinate",
      input: taskCompletion.omit({ agentId: true }).extend({ taskId }),
      output: answer,
      run: async ({ app, call, agent }, input) => ({
        task: await completeTask(app.ctx, call, { ...input, agentId: agent() }),
      }),
      text: ({ task: { id } }) => `${id} is done`,
      brief: true,
    }),
  },
  // The API names a task by its path; here it is a field.
  normalize: ({ id, ...given }) =>
    id !== undefined && given.taskId === undefined && given.action !== "create" &&
      (given.action !== undefined || given.title === undefined)
      ? { ...given, taskId: id }
      : id === undefined
      ? given
      : { ...given, id },
};
