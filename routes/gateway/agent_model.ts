/**
 * `muster/agent:<id>`: an agent as a model. The request becomes a run of it, the text it streams as its
 * answer becomes the completion. Only agents that are started with an intent can be asked this way.
 */
import type { Context } from "hono";
import type { Agent } from "../../lib/agents/mod.ts";
import type { App } from "../../lib/app.ts";
import type { RunView } from "../../lib/engine/schema.ts";
import { openAiError } from "../../lib/gateway/wire/mod.ts";
import { AppError, type ErrorCode, ERRORS, toAppError } from "../../lib/kernel/core/errors.ts";
import { transact } from "../../lib/kernel/kv/mod.ts";
import { checkInputs } from "../../lib/agents/mod.ts";
import { getRunView } from "../../lib/runs/mod.ts";
import { requireAction } from "../_http/acting.ts";
import { actorOf, type Env, workspaceOf } from "../_http/env.ts";
import { requireRunPolicy } from "../_http/run_policy.ts";
import { type AgentRequest, readAgentRequest } from "./agent_request.ts";
import { timeoutOf } from "./call.ts";
import { EVENT_STREAM, frame, frames } from "./frames.ts";
import { followAnswer } from "./run_answer.ts";

export const AGENT_PREFIX = "muster/agent:";
const TIMEOUT_MS = 900_000;

export const isAgentModel = (model: string) => model.startsWith(AGENT_PREFIX);

/** Agents that take an intent and nothing else. */
export function answeringAgents(app: Pick<App, "agents">): Agent[] {
  return [...app.agents.values()].filter((agent) => {
    if (!agent.input.safeParse({ intent: "?" }).success) return false;
    try {
      checkInputs(agent.id, undefined);
      return true;
    } catch {
      return false;
    }
  });
}

/** How `/v1/chat/completions` answers for an agent. Throws as `askAgent` does. */
export async function answerAsAgent(
  app: App,
  c: Context<Env>,
  body: Readonly<Record<string, unknown>>,
): Promise<Response> {
  const asked = await askAgent(app, c, body);
  const { headers, request } = asked;
  if (request.stream) {
    const written = frames((signal) => streamed(asked, signal), c.req.raw.signal);
    return c.body(written, 200, { ...headers, ...EVENT_STREAM });
  }
  const { completion, costMicros } = await asked.whole(c.req.raw.signal);
  return c.json(completion, 200, { ...headers, "x-muster-cost-micros": String(costMicros) });
}

export interface AskedAgent {
  readonly request: AgentRequest;
  readonly headers: Readonly<Record<string, string>>;
  /** Throws what the run failed with. */
  whole(gone: AbortSignal): Promise<{ readonly completion: object; readonly costMicros: number }>;
  /** The chunks of the completion, usage last. Throws what the run failed with. */
  chunks(gone: AbortSignal): AsyncGenerator<Chunk>;
}

/**
 * Starts the run, for which a caller needs a member's rights. Throws `forbidden`, `not_found` for no such agent,
 * `invalid_input` for what a run cannot be asked for.
 * The run is canceled when the signal aborts, the time is up or the generator is left early.
 */
export async function askAgent(
  app: App,
  c: Context<Env>,
  body: Readonly<Record<string, unknown>>,
): Promise<AskedAgent> {
  requireAction(c, "work");
  const request = readAgentRequest(body);
  const agent = requireAgent(app, request.model);
  const timeoutMs = timeoutOf(c.req.raw.headers) ?? TIMEOUT_MS;
  await requireRunPolicy(app, c, agent.id);
  const workspaceId = workspaceOf(c);
  const { intent } = request;
  const run = await transact(
    app.ctx,
    workspaceId,
    (tx) => app.engine.stageStart(tx, workspaceId, { intent, pattern: agent.id }, actorOf(c)),
  );
  const started: Started = {
    app,
    workspaceId,
    actor: actorOf(c),
    runId: run.id,
    timeoutMs,
    request,
  };
  return {
    request,
    headers: {
      "x-muster-run": run.id,
      "x-muster-model": request.model,
      "x-muster-route": `agent ${agent.id} as run ${run.id}`,
    },
    whole: (gone) => whole(started, gone),
    chunks: (gone) => chunks(started, gone),
  };
}

interface Started {
  readonly app: App;
  readonly workspaceId: string;
  readonly actor: string;
  readonly runId: string;
  readonly timeoutMs: number;
  readonly request: AgentRequest;
}

type Chunk = ReturnType<typeof head> & { readonly choices: readonly object[] };

function requireAgent(app: App, model: string): Agent {
  const id = model.slice(AGENT_PREFIX.length);
  const agent = answeringAgents(app).find((one) => one.id === id);
  if (agent) return agent;
  const why = app.agents.has(id) ? "cannot be asked as a model" : "does not exist";
  throw new AppError("not_found", {
    detail: `The agent '${id.slice(0, 128)}' ${why}`,
    data: { openai: { param: "model", code: "model_not_found" } },
  });
}

async function whole(started: Started, gone: AbortSignal) {
  const following = follow(started, gone);
  let text = "";
  for (;;) {
    const { done, value } = await following.next();
    if (!done) {
      text += value;
      continue;
    }
    const completion = {
      ...head(started, "chat.completion"),
      choices: [{
        index: 0,
        message: { role: "assistant", content: text, refusal: null },
        logprobs: null,
        finish_reason: "stop",
      }],
      usage: usageOf(value),
    };
    return { completion, costMicros: value.run.costMicros };
  }
}

async function* chunks(started: Started, gone: AbortSignal): AsyncGenerator<Chunk> {
  const base = head(started, "chat.completion.chunk");
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    ...base,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  });
  yield chunk({ role: "assistant", content: "" });
  const following = follow(started, gone);
  try {
    for (;;) {
      const { done, value } = await following.next();
      if (!done) {
        yield chunk({ content: value });
        continue;
      }
      yield chunk({}, "stop");
      yield { ...base, choices: [], ...{ usage: usageOf(value) } };
      return;
    }
  } finally {
    await following.return(undefined as never);
  }
}

async function* streamed(asked: AskedAgent, gone: AbortSignal): AsyncGenerator<string> {
  try {
    for await (const chunk of asked.chunks(gone)) {
      if (chunk.choices.length === 0 && !asked.request.includeUsage) continue;
      yield frame(JSON.stringify(chunk));
    }
    yield frame("[DONE]");
  } catch (error) {
    if (!gone.aborted) yield frame(JSON.stringify({ error: openAiError(toAppError(error)) }));
  }
}

/** The answer's text as it is written, then how the run ended. Cancels the run when nobody waits for it. */
async function* follow(
  { app, workspaceId, actor, runId, timeoutMs }: Started,
  gone: AbortSignal,
): AsyncGenerator<string, RunView> {
  const late = new AbortController();
  const stopTimer = app.ctx.clock.timer(timeoutMs, () => late.abort());
  let ended = false;
  try {
    const signal = AbortSignal.any([gone, late.signal]);
    const answer = followAnswer(app, workspaceId, runId, signal);
    for (;;) {
      const { done, value } = await answer.next();
      if (!done) {
        yield value;
        continue;
      }
      if (value === "stopped") {
        throw new AppError("deadline_exceeded", {
          detail: `Run ${runId} was not finished within ${timeoutMs} ms and was canceled`,
        });
      }
      ended = true;
      return await outcome(app, workspaceId, runId);
    }
  } catch (error) {
    // A person will answer, and the run goes on then.
    ended = error instanceof AppError && error.code === "conflict";
    throw error;
  } finally {
    stopTimer();
    if (!ended) await cancel(app, workspaceId, runId, actor);
  }
}

async function outcome(app: App, workspaceId: string, runId: string): Promise<RunView> {
  const view = await getRunView(app, workspaceId, runId);
  const { status, error } = view.run;
  if (status === "completed") return view;
  const code = error && error.code in ERRORS ? error.code as ErrorCode : "upstream_failed";
  throw new AppError(status === "canceled" ? "canceled" : code, {
    detail: `Run ${runId} ${status === "canceled" ? "was canceled" : "failed"}${
      error ? `: ${error.message}` : ""
    }`,
    retryable: false,
  });
}

async function cancel(app: App, workspaceId: string, runId: string, actor: string): Promise<void> {
  try {
    await app.engine.cancelRun(
      workspaceId,
      runId,
      { reason: "Nobody waits for its answer" },
      actor,
    );
  } catch (error) {
    app.ctx.log.debug("A run nobody waits for could not be canceled", { runId, error });
  }
}

function head({ app, request, runId }: Started, object: string) {
  return {
    id: `chatcmpl-${runId}`,
    object,
    created: Math.floor(app.ctx.clock.now() / 1000),
    model: request.model,
  };
}

function usageOf({ run }: RunView) {
  const { inputTokens, outputTokens } = run.usage;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}
