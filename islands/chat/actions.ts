/** What a person can do in the chat. Each answers when the server did; failures become toasts or stay in place. */
import { batch } from "@preact/signals";
import type { CovenantInput, CovenantPatch } from "../../lib/agents/covenant.ts";
import type { Run, RunView, Step } from "../../lib/engine/schema.ts";
import type { AnswerInput, Approval } from "../../lib/governance/schema.ts";
import type { Json } from "../../lib/kernel/core/json.ts";
import { toast } from "../../lib/ui/toast.tsx";
import { api, freshKey, type RunCommand } from "../_runtime/api.ts";
import { type Problem, toProblem } from "../_runtime/problem.ts";
import { loadRun, putSession } from "./live.ts";
import type { Terms } from "./composer/settings.ts";
import { type ChatState, type Outgoing, withMessage } from "./state.ts";

export type Actions = ReturnType<typeof createActions>;

export function createActions(state: ChatState) {
  return {
    send: (content: string, terms: Terms) =>
      deliver(state, { key: freshKey(), content, terms, problem: null }),
    resend: (item: Outgoing) => deliver(state, item),
    discard: (item: Outgoing) => putOutgoing(state, item.key, null),
    steer: (run: Run, content: string) =>
      attempt("The message did not reach the run", async () => {
        await api.steer(run.id, content);
        toast({ tone: "ok", text: "The agents at work have it", detail: content });
      }),
    command: (run: Pick<Run, "id">, command: RunCommand) =>
      attempt(commandFailures[command], () => api.command(run.id, command)),
    takeBack: (runId: string) =>
      attempt("The message was not taken back", async () => {
        await api.command(runId, "cancel");
        await loadRun(state, runId);
      }),
    rename: (title: string) => {
      const session = state.session.peek();
      if (!session || title === session.title) return Promise.resolve(true);
      return attempt("The title was not changed", async () => {
        putSession(state, (await api.renameSession(session.id, title, session.version)).session);
      });
    },
    reload: (runId: string) => loadRun(state, runId),
    /** Rejects with the ApiError, which the card shows where it was asked. */
    answer: async (approval: Approval, input: AnswerInput) => {
      const answered = await api.answer(approval.id, input);
      putApproval(state, answered.approval);
    },
    accept: (approval: Approval) =>
      attempt("The terms were not accepted", async () => {
        putApproval(state, (await api.answer(approval.id, { decision: "approve" })).approval);
      }),
    editCovenant: async (view: RunView, patch: CovenantPatch) => {
      const { covenant } = await api.patchCovenant(view.covenant.id, view.covenant.version, patch);
      const signal = state.view(view.run.id);
      if (signal.value && signal.value.covenant.version < covenant.version) {
        signal.value = { ...signal.value, covenant };
      }
    },
    ...stepActions(state),
  };
}

/** Deeds on single steps and on runs that had ended. Those without a toast reject with the ApiError. */
function stepActions(state: ChatState) {
  return {
    retryStep: (step: Step) =>
      attempt(
        "The step was not retried",
        () => reopen(state, step.runId, api.retryStep(step.runId, step.id)),
      ),
    override: (step: Step, output: Json, reason: string) =>
      reopen(state, step.runId, api.overrideStep(step.runId, step.id, output, reason || undefined)),
    rewind: (step: Step, reason: string) =>
      reopen(
        state,
        step.runId,
        api.rewind(step.runId, { stepId: step.id, reason: reason || undefined }),
      ),
    fork: (step: Step, reason: string) =>
      api.fork(step.runId, { stepId: step.id, reason: reason || undefined }),
    retryRun: (run: Run) =>
      attempt("The run was not retried", () => reopen(state, run.id, api.command(run.id, "retry"))),
  };
}

/** Runs `work`; true when it succeeded, else a toast says what failed. */
async function attempt(what: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    reportProblem(what, toProblem(error));
    return false;
  }
}

const commandFailures: Record<RunCommand, string> = {
  pause: "The run was not paused",
  resume: "The run was not resumed",
  cancel: "The run was not stopped",
  retry: "The run was not retried",
};

export function reportProblem(what: string, problem: Problem): void {
  toast({ tone: "bad", text: what, detail: problem.detail });
}

async function deliver(state: ChatState, item: Outgoing): Promise<boolean> {
  putOutgoing(state, item.key, { ...item, problem: null });
  const { content, terms } = item;
  try {
    const session = state.session.peek() ?? await openSession(state);
    const posted = await api.postMessage(
      session.id,
      { content, covenant: toCovenant(terms), model: terms.model ?? undefined },
      item.key,
    );
    const fresh = await api.session(session.id);
    batch(() => {
      putOutgoing(state, item.key, null);
      state.messages.value = withMessage(state.messages.peek(), posted.message);
      state.chosenRunId.value = null;
      putSession(state, fresh.session);
    });
    return true;
  } catch (error) {
    putOutgoing(state, item.key, { ...item, problem: toProblem(error) });
    return false;
  }
}

async function openSession(state: ChatState) {
  const { session } = await api.createSession();
  const place = `/sessions/${session.id}`;
  history.replaceState(null, "", place);
  batch(() => {
    state.session.value = session;
    putSession(state, session);
  });
  return session;
}

function toCovenant(terms: Terms): CovenantInput | undefined {
  const input: CovenantInput = {};
  if (terms.mode !== "auto") input.mode = terms.mode;
  if (terms.budgetMicros !== null) input.budget = { costMicros: terms.budgetMicros };
  return Object.keys(input).length > 0 ? input : undefined;
}

function putOutgoing(state: ChatState, key: string, item: Outgoing | null): void {
  const list = state.outgoing.peek();
  if (!item) state.outgoing.value = list.filter((other) => other.key !== key);
  else if (!list.some((other) => other.key === key)) state.outgoing.value = [...list, item];
  else state.outgoing.value = list.map((other) => other.key === key ? item : other);
}

function putApproval(state: ChatState, approval: Approval): void {
  const signal = state.view(approval.runId);
  const view = signal.peek();
  if (!view) return;
  signal.value = {
    ...view,
    approvals: view.approvals.map((other) => other.id === approval.id ? approval : other),
  };
}

/** A run that had ended works again: its view and its session are read anew, then followed. */
async function reopen(state: ChatState, runId: string, work: Promise<unknown>): Promise<void> {
  await work;
  const session = state.session.peek();
  const [view, fresh] = await Promise.all([api.run(runId), session && api.session(session.id)]);
  batch(() => {
    state.view(runId).value = view;
    if (fresh) putSession(state, fresh.session);
  });
}
