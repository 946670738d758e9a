/** A change of a task that is a claim is made by the claimant: its identity is judged as everywhere. */
import type { Context } from "hono";
import { decidePatch, type Task, type TaskPatch } from "../../lib/coordination/tasks/mod.ts";
import { actingAgent } from "./acting.ts";
import type { Env } from "./env.ts";

/** Throws `forbidden` for a key of another agent, `invalid_input` when `X-Agent-Id` names another. */
export function requireClaimant(c: Context<Env>, current: Task | null, patch: TaskPatch): void {
  // A new task begins as a claim only for a key that can be nobody else.
  const isBound = c.get("caller")?.agentId !== undefined;
  if (current === null && !isBound) return;
  const meaning = decidePatch(current ?? { id: "", status: "todo" }, patch);
  if (meaning.kind === "claim") actingAgent(c, { body: meaning.agentId });
}
