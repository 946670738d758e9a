/** Tasks of the board as every surface shows and changes them. Browser-safe. */
import { z } from "zod";
import { agentId, chosenId, priority, time, wholeText } from "../schema.ts";

export const taskStatus = z.enum(["todo", "in-progress", "blocked", "done"]);

/** Its own, `task_…`, or one a client chose. */
export const taskId = chosenId;

export const TASK_LIMITS = { tags: 50, files: 100, dependsOn: 50, recordBytes: 30_000 } as const;

const title = wholeText.trim().min(1).max(500);
const description = wholeText.max(20_000);
const tags = z.array(wholeText.trim().min(1).max(100)).max(TASK_LIMITS.tags);
const files = z.array(wholeText.trim().min(1).max(2_000)).max(TASK_LIMITS.files);
/** Tasks that must be done before this one starts. */
const dependsOn = z.array(taskId).max(TASK_LIMITS.dependsOn);

export const task = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string().optional(),
  status: taskStatus,
  assignee: z.string().optional(),
  createdBy: z.string(),
  priority,
  tags: z.array(z.string()),
  files: z.array(z.string()),
  dependsOn: z.array(z.string()),
  createdAt: time,
  updatedAt: time,
  /** Rises with every change; the ETag. */
  version: z.int(),
}).meta({ id: "Task" });

/** A new task. */
export const taskInput = z.strictObject({
  /** Default: one of our own. */
  id: taskId.optional(),
  title,
  description: description.optional(),
  status: taskStatus.default("todo"),
  assignee: agentId.optional(),
  /** Default: who asks. */
  createdBy: z.string().trim().min(1).max(140).optional(),
  priority: priority.default("medium"),
  tags: tags.default([]),
  files: files.default([]),
  dependsOn: dependsOn.default([]),
});

/** What a change carries; the rest stays. `null` takes a value away. */
export const taskPatch = z.strictObject({
  title: title.optional(),
  description: description.nullable().optional(),
  status: taskStatus.optional(),
  assignee: agentId.nullable().optional(),
  priority: priority.optional(),
  tags: tags.optional(),
  files: files.optional(),
  dependsOn: dependsOn.optional(),
});

/** Body of claim and release. */
export const taskActor = z.strictObject({ agentId: agentId.optional() });

/** Body of complete. A token is checked against the lock of `resourcePath`. */
export const taskCompletion = z.strictObject({
  agentId: agentId.optional(),
  token: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  /** Default: the task's only file. */
  resourcePath: z.string().min(1).max(8_000).optional(),
});

export const taskFilter = z.object({
  status: taskStatus.optional(),
  assignee: agentId.optional(),
});

export type Task = z.infer<typeof task>;
export type TaskStatus = z.infer<typeof taskStatus>;
export type TaskInput = z.input<typeof taskInput>;
export type TaskPatch = z.infer<typeof taskPatch>;
