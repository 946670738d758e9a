/**
 * Tasks of the board: what is to be done, by whom, after what. Claims are atomic, dependencies hold a
 * task back, completing under a lock's token is fenced.
 */
export type { Task, TaskInput, TaskPatch, TaskStatus } from "./schema.ts";
export { createTask, saveTask, type TaskSave, type TaskUpdate, updateTask } from "./save_task.ts";
export { claimTask, releaseTask, type TaskHold } from "./hold_task.ts";
export { completeTask, type TaskCompletion } from "./complete_task.ts";
export { deleteTask, type TaskDeletion } from "./delete_task.ts";
export {
  countTasks,
  getTask,
  listOpenTasks,
  listTasks,
  listTasksOf,
  requireTask,
  type TaskQuery,
} from "./store.ts";
export { decidePatch } from "./decide.ts";
export { stageTaskTransfer } from "./transfer.ts";
export { taskIndexes, taskKeys } from "./keys.ts";
