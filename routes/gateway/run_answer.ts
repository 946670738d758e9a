/** The text a run answers with, piece by piece, so that what was sent is always the beginning of it. */
import type { App } from "../../lib/app.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { getRunView } from "../../lib/runs/mod.ts";

const TYPES = ["run.*", "approval.requested", "step.spawned", "step.delta"];

interface Said {
  attempt: number;
  text: string;
}

/**
 * Pieces of the answering step while it is written, the rest when the run has ended. Returns `stopped`
 * when the signal aborted first. Throws `conflict` for a run that waits for a person, `upstream_failed`
 * when a later attempt says something else than was sent already.
 */
export async function* followAnswer(
  app: App,
  workspaceId: string,
  runId: string,
  signal: AbortSignal,
): AsyncGenerator<string, "ended" | "stopped"> {
  const answering = new Map<string, Said>();
  let sent = "";
  const options = { types: TYPES, signal };
  for await (const { type, json } of app.hub.followEvents(workspaceId, `run:${runId}`, options)) {
    if (type === "run.completed") {
      const { run } = await getRunView(app, workspaceId, runId);
      const text = typeof run.output === "string"
        ? run.output
        : JSON.stringify(run.output, null, 2);
      if (!text.startsWith(sent)) throw rewritten(runId);
      if (text.length > sent.length) yield text.slice(sent.length);
      return "ended";
    }
    if (type === "run.failed" || type === "run.canceled") return "ended";
    const event = JSON.parse(json);
    if (type === "approval.requested") throw waits(runId, event.approval);
    if (type === "step.spawned" && event.step.answer) {
      answering.set(event.step.id, { attempt: 1, text: "" });
    }
    if (type !== "step.delta") continue;
    const said = answering.get(event.stepId);
    if (!said) continue;
    if (event.attempt !== said.attempt) Object.assign(said, { attempt: event.attempt, text: "" });
    said.text = said.text.slice(0, event.offset) + event.delta;
    // A new attempt begins anew: until it is past what was sent, there is nothing to add.
    if (said.text.length > sent.length && said.text.startsWith(sent)) {
      yield said.text.slice(sent.length);
      sent = said.text;
    }
  }
  return "stopped";
}

function rewritten(runId: string): AppError {
  return new AppError("upstream_failed", {
    detail:
      `Run ${runId} answered anew after a failure; what was streamed before is not its answer`,
    retryable: false,
  });
}

function waits(runId: string, approval: { id?: string; question?: string }): AppError {
  return new AppError("conflict", {
    detail: `Run ${runId} waits for a person (approval ${approval.id}): ${approval.question}`,
    retryable: false,
    data: { openai: { param: null, code: "approval_required" } },
  });
}
