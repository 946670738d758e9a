/** Traces of an agent's work, and the escalations its steps call for. */
import { z } from "zod";
import {
  addStep,
  completeTrace,
  getTrace,
  listEscalations,
  listSteps,
  listTraces,
  resolveEscalation,
  startTrace,
} from "../../../lib/coordination/traces/mod.ts";
import {
  escalation,
  resolveInput,
  sessionId,
  stepAdded,
  stepInput,
  trace as traceShape,
  traceCompleted,
  traceInput,
  traceStep,
} from "../../../lib/coordination/traces/schema.ts";
import { AppError } from "../../../lib/kernel/core/errors.ts";
import { pageOf } from "../../_http/openapi.ts";
import { resolverOf } from "../../_http/resolver.ts";
import { counted } from "../outline.ts";
import { type Tool, verb } from "../tool.ts";
import { pageInput } from "./page_input.ts";

export const trace: Tool = {
  name: "trace",
  title: "Traces",
  description:
    "Record a piece of work step by step: the answer to a step says when you are stuck and what to do about it. A completed trace counts for your soul. Returns the trace, the step with an escalation, or the summary.",
  infer: (given) =>
    given.task !== undefined
      ? "start"
      : given.outcome !== undefined
      ? "step"
      : given.escalationId !== undefined
      ? "resolve-escalation"
      : given.sessionId !== undefined
      ? "get"
      : "list",
  verbs: {
    start: verb({
      does: "begin, with the task; the answer has the sessionId",
      who: "actor",
      needs: "coordinate",
      input: traceInput,
      output: z.object({ trace: traceShape }),
      run: async ({ app, call, agent }, input) => ({
        trace: await startTrace(app.ctx, call, { ...input, agentId: agent() }),
      }),
      text: ({ trace: { sessionId: id } }) => `Trace ${id} has begun`,
      brief: true,
    }),
    step: verb({
      does: "what you tried with which tool and what came of it",
      who: "actor",
      needs: "coordinate",
      input: stepInput.extend({ sessionId }),
      output: stepAdded,
      run: ({ app, call, agent }, input) => addStep(app.ctx, call, { ...input, agentId: agent() }),
      text: ({ step: { number }, escalation: open }) =>
        open
          ? `Step ${number}. ${open.recommendation} (${
            open.triggers.map(({ reason }) => reason).join("; ")
          }); resolve ${open.escalationId} when you are past it`
          : `Step ${number}`,
      brief: true,
    }),
    complete: verb({
      does: "the end; returns the summary",
      who: "actor",
      needs: "coordinate",
      input: z.strictObject({ sessionId }),
      output: traceCompleted,
      run: ({ app, call, agent }, input) =>
        completeTrace(app.ctx, call, { ...input, agentId: agent() }),
      text: ({ summary: { totalSteps, efficiency } }) =>
        `${counted(totalSteps, "step")}, efficiency ${efficiency.toFixed(2)}`,
    }),
    get: verb({
      does: "one with its steps",
      who: "subject",
      input: z.strictObject({ sessionId }),
      output: z.object({ trace: traceShape.extend({ steps: z.array(traceStep) }) }),
      async run({ app, workspaceId, agent }, { sessionId: id }) {
        const of = { agentId: agent(), sessionId: id };
        const found = await getTrace(app.ctx, workspaceId, of.agentId, id);
        if (!found) {
          throw new AppError("not_found", { detail: `${of.agentId} has no trace "${id}"` });
        }
        const { items: steps } = await listSteps(app.ctx, workspaceId, of, { limit: 100 });
        return { trace: { ...found, steps } };
      },
      text: ({ trace: { stepCount, completedAt } }) =>
        `${counted(stepCount, "step")}, ${completedAt ? "completed" : "under way"}`,
    }),
    list: verb({
      does: "an agent's, newest first",
      who: "subject",
      input: z.strictObject(pageInput),
      output: pageOf(traceShape),
      run: ({ app, workspaceId, agent }, query) => listTraces(app.ctx, workspaceId, agent(), query),
      text: ({ items }) => counted(items.length, "trace"),
    }),
    escalations: verb({
      does: "an agent's, newest first; open: true for those to be resolved",
      who: "subject",
      input: z.strictObject({
        sessionId: sessionId.optional(),
        open: z.boolean().optional(),
        ...pageInput,
      }),
      output: pageOf(escalation),
      run: ({ app, workspaceId, agent }, query) =>
        listEscalations(app.ctx, workspaceId, agent(), query),
      text: ({ items }) => counted(items.length, "escalation"),
    }),
    "resolve-escalation": verb({
      does: "agentId is past it; by itself, a peer or a human",
      who: "subject",
      needs: "coordinate",
      input: resolveInput.extend({
        escalationId: z.string().min(1).max(128),
        sessionId: sessionId.optional(),
      }),
      output: z.object({ escalation }),
      async run({ app, c, agent }, input) {
        const agentId = agent();
        const { call, resolverAgent } = resolverOf(c, agentId, input);
        const done = await resolveEscalation(app.ctx, call, { ...input, resolverAgent, agentId });
        return { escalation: done.escalation };
      },
      text: ({ escalation: { id, resolvedBy } }) => `${id} is resolved by ${resolvedBy}`,
      brief: true,
    }),
  },
};
