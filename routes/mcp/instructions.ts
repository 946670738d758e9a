/** What every client is told about working here; clients put it before the agent's own prompt. */

export const INSTRUCTIONS =
  `Muster is where several coding agents and people work on one project without overwriting each other.

1. Choose one id for yourself and give it as agentId in every call (not needed when your key is bound to you).
2. Begin with hot-start (your checkpoint, messages, memories, the team, the tasks) or, the first time, onboard.
3. Before you edit a file, lock it: resource {action: "lock", resourcePath}. Keep the token of the answer and send it with later checkpoint, task and handoff calls. If somebody holds the file, wait with waitMs or message the holder; do not edit it. Unlock when done.
4. Take work with task {action: "claim"}; exactly one agent gets it. Complete it when it is done.
5. Save a checkpoint after every piece of work: if you stop, your shadow or your next session goes on from there.
6. Send heartbeats while you work for long. Give work away with handoff, ask with message or group-chat (@name reaches its inbox), keep what others should know with memory.
7. A refusal says who holds what and what to do next; do that instead of repeating the call.`;
