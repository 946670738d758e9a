/** Runs of Muster's own agents: start from an intent, look at, answer what they ask. */
import { z } from "zod";
import { requireRunAbility } from "../../../lib/coordination/souls/mod.ts";
import {
  run,
  type RunInput,
  runInput,
  runStatus,
  type RunView,
  runView,
} from "../../../lib/engine/schema.ts";
import { listApprovals } from "../../../lib/governance/mod.ts";
import { answerInput, approval, approvalStatus } from "../../../lib/governance/schema.ts";
import { answerApproval, listRuns, startRun } from "../../../lib/runs/mod.ts";
import { postMessage } from "../../../lib/sessions/mod.ts";
import { pageOf } from "../../_http/openapi.ts";
import { runLinks } from "../../api/runs.ts";
import { WAIT_MAX_MS, waitForRun } from "../run_wait.ts";
import { counted } from "../outline.ts";
import { ONLY, type Tool, type ToolCall, verb } from "../tool.ts";
import { pageInput } from "./page_input.ts";

export const waitMs = z.int().min(0).max(WAIT_MAX_MS).optional()
  .describe("How long to wait for the end, at most; keep it below your client's time limit");

/** As the API answers a start; with a wait, the run as it is after it. */
export const started = z.object({ run, links: z.record(z.string(), z.string()) });

const runId = z.string().min(1).max(128).describe("run_…");

export const orchestrate: Tool = {
  name: "orchestrate",
  title: "Start a run",
  description:
    "State an intent; Muster's own agents plan it, do it step by step and answer. Use it for work you want done beside your own. Returns the run; with waitMs also its output if it ends in time, else look with run-status.",
  openWorld: true,
  verbs: {
    [ONLY]: verb({
      who: "caller",
      needs: "work",
      input: runInput.extend({ waitMs }),
      output: started,
      async run(call, { waitMs: wait = 0, ...input }) {
        await requireAble(call, input.pattern);
        return await answered(call, await start(call, input), wait);
      },
      text: ({ run }) => about(run),
    }),
  },
};

export const runStatusTool: Tool = {
  name: "run-status",
  title: "Look at runs",
  description:
    "With runId: the run with its covenant, steps and open approvals, after waiting up to waitMs for its end. Without: the newest runs.",
  infer: ({ runId }) => runId === undefined ? "list" : "get",
  verbs: {
    get: verb({
      does: "one run as it is",
      who: "caller",
      input: z.strictObject({ runId, waitMs }),
      output: runView,
      run: (call, { runId, waitMs: wait = 0 }) => waitForRun(call, runId, wait),
      text: (view) => aboutView(view),
    }),
    list: verb({
      does: "runs, newest first",
      who: "caller",
      input: z.strictObject({
        status: runStatus.optional(),
        q: z.string().trim().min(1).max(200).optional().describe("Text in the intent"),
        ...pageInput,
      }),
      output: pageOf(run),
      run: ({ app, workspaceId }, query) => listRuns(app, workspaceId, query),
      text: ({ items }) => counted(items.length, "run"),
    }),
  },
};

export const approve: Tool = {
  name: "approve",
  title: "Answer approvals",
  description:
    "What runs ask a person before they go on. Answer only what you were told to decide. A second answer to the same approval is refused.",
  infer: ({ approvalId }) => approvalId === undefined ? "list" : "answer",
  aliases: { id: "approvalId" },
  verbs: {
    list: verb({
      does: "approvals, newest first; default the open ones",
      who: "caller",
      input: z.strictObject({
        status: approvalStatus.optional(),
        runId: runId.optional(),
        ...pageInput,
      }),
      output: pageOf(approval),
      run: ({ app, workspaceId }, { status = "open", ...query }) =>
        listApprovals(app.ctx, workspaceId, { limit: 25, ...query, status }),
      text: ({ items }) => counted(items.length, "approval"),
    }),
    answer: verb({
      does: "approve, reject or answer one",
      who: "caller",
      needs: "work",
      input: answerInput.extend({ approvalId: z.string().min(1).max(128) }),
      output: z.object({ approval }),
      async run({ app, workspaceId, call }, { approvalId, ...input }) {
        const done = await answerApproval(app, workspaceId, approvalId, input, call.actor);
        return { approval: done };
      },
      text: ({ approval: { id, status } }) => `${id} is ${status}`,
      brief: true,
    }),
  },
};

/** An agent that starts runs needs what the workspace's policy asks for. */
export async function requireAble(
  { app, workspaceId, agentId }: ToolCall,
  pattern: string | undefined,
): Promise<void> {
  if (agentId !== undefined) await requireRunAbility(app.ctx, workspaceId, agentId, pattern);
}

/** A run of a session is a message in it: the session's policy decides when it starts. */
async function start({ app, workspaceId, call }: ToolCall, input: RunInput) {
  const { intent, sessionId, ...rest } = input;
  if (sessionId === undefined) return await startRun(app, workspaceId, input, call.actor);
  const posted = await postMessage(
    app,
    workspaceId,
    sessionId,
    { content: intent, ...rest },
    call.actor,
  );
  return posted.run;
}

export async function answered(call: ToolCall, made: RunView["run"], wait: number) {
  const { run } = wait > 0 ? await waitForRun(call, made.id, wait) : { run: made };
  return { run, links: runLinks(made.id) };
}

export function about({ id, status, waitingFor = [] }: RunView["run"]): string {
  const next = status === "completed"
    ? ""
    : waitingFor.length > 0
    ? `; it waits for ${waitingFor.join(", ")}: look with approve`
    : "; look again with run-status";
  return `Run ${id} is ${status}${next}`;
}

function aboutView({ run: { id, status, progress }, approvals }: RunView): string {
  const open = approvals.filter((one) => one.status === "open").map((one) => one.id);
  const asks = open.length > 0 ? `; it waits for an answer to ${open.join(", ")} (approve)` : "";
  return `Run ${id} is ${status}, ${Math.round(progress)} % done${asks}`;
}
