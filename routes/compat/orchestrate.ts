/**
 * `/api/orchestrate/{pattern}`: a pattern as a run, answered when it has ended. Each answer is
 * `{success, data, metadata: {pattern, durationMs, costMicros, modelsUsed, runId}}`. A run that takes longer
 * than the wait, or needs a person, is answered 202 with its links; hanging up does not stop it.
 */
import type { Context } from "hono";
import { Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import type { App } from "../../lib/app.ts";
import { covenantInput } from "../../lib/agents/covenant.ts";
import type { RunInput, RunView } from "../../lib/engine/schema.ts";
import { requireShallow } from "../../lib/gateway/wire/mod.ts";
import { AppError, type ErrorCode, ERRORS } from "../../lib/kernel/core/errors.ts";
import type { Json } from "../../lib/kernel/core/json.ts";
import { startRun } from "../../lib/runs/mod.ts";
import { actorOf, type Env, workspaceOf } from "../_http/env.ts";
import { idempotent } from "../_http/idempotency.ts";
import { requireRunPolicy } from "../_http/run_policy.ts";
import { runLinks } from "../api/runs.ts";
import { waitForRun } from "../mcp/run_wait.ts";
import { readObject } from "./_compat.ts";
import { strict } from "./strict.ts";

const WAIT_MAX_MS = 300_000;

const text = z.string().trim().min(1).max(100_000);
const everywhere = {
  model: z.string().trim().min(1).max(200).optional(),
  covenant: covenantInput.optional(),
  /** False: answered at once with the run's links. */
  wait: z.boolean().optional(),
};

const INPUTS = {
  parallel: z.strictObject({
    ...everywhere,
    requests: z.array(z.union([
      text,
      z.strictObject({ prompt: text, title: z.string().max(120).optional() }),
    ])).min(1).max(100),
  }),
  workers: z.strictObject({
    ...everywhere,
    prompt: text,
    context: z.string().max(200_000).optional(),
  }),
  optimize: z.strictObject({
    ...everywhere,
    prompt: text,
    criteria: z.union([text, z.array(text).min(1).max(20)]).optional(),
    maxIterations: z.int().min(1).max(10).optional(),
    targetScore: z.number().min(0).max(10).optional(),
  }),
  smart: z.strictObject({ ...everywhere, prompt: text }),
  full: z.strictObject({ ...everywhere, query: text }),
} as const;

type Pattern = keyof typeof INPUTS;
const PATTERNS = Object.keys(INPUTS) as Pattern[];

export function orchestrateRoutes(app: App): Hono<Env> {
  const router = new Hono<Env>();
  // A repeated request must not start a second run.
  router.use(idempotent(app));
  for (const pattern of PATTERNS) {
    router.post(`/${pattern}`, async (c) => {
      const given = await readObject(c);
      requireShallow(given);
      const { wait, run } = readInput(pattern, given);
      await requireRunPolicy(app, c, pattern);
      const started = await startRun(app, workspaceOf(c), run, actorOf(c));
      // `full` is answered at once unless it is asked to wait; the others wait unless told not to.
      const waits = waitOf(c) ?? wait ?? pattern !== "full";
      const view = await waitForRun(
        {
          app,
          workspaceId: workspaceOf(c),
          signal: c.req.raw.signal,
          progress: () => {},
        },
        started.id,
        waits ? WAIT_MAX_MS : 0,
      );
      return answer(c, pattern, view);
    });
  }
  router.all("/*", (c) => {
    throw new AppError("not_found", {
      detail: `There is nothing at ${c.req.path}; patterns are ${
        PATTERNS.join(", ")
      }, each by POST`,
    });
  });
  return router;
}

function readInput(
  pattern: Pattern,
  given: Record<string, unknown>,
): { wait: boolean | undefined; run: RunInput } {
  const { wait, model, covenant, ...rest } = strict(INPUTS[pattern], given);
  const inputs = rest as Record<string, Json>;
  const intent = intentOf(pattern, inputs);
  delete inputs.query;
  return {
    wait,
    run: {
      intent,
      pattern,
      ...(Object.keys(inputs).length > 0 && { inputs }),
      ...(model !== undefined && { model }),
      ...(covenant !== undefined && { covenant }),
    },
  };
}

function intentOf(pattern: Pattern, inputs: Record<string, Json>): string {
  if (pattern !== "parallel") return String(inputs.prompt ?? inputs.query);
  const count = (inputs.requests as Json[]).length;
  return `Answer ${count} ${count === 1 ? "request" : "requests"} side by side`;
}

function waitOf(c: Context<Env>): boolean | undefined {
  const text = c.req.query("wait");
  if (text === undefined || text === "") return undefined;
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new AppError("invalid_input", {
    detail: `wait is "${text.slice(0, 40)}"; send true or false`,
    fields: [{ path: "wait", message: "true or false" }],
  });
}

function answer(c: Context<Env>, pattern: Pattern, view: RunView): Response {
  const { run } = view;
  const metadata = metadataOf(pattern, view);
  if (run.status === "completed") {
    return c.json({ success: true, data: dataOf(run.output), metadata });
  }
  if (run.status === "failed" || run.status === "canceled") {
    const error = run.error ?? { code: "canceled", message: `The run ${run.id} was canceled` };
    const code = error.code in ERRORS ? error.code as ErrorCode : "internal";
    return c.json(
      {
        success: false,
        data: run.output === undefined ? null : dataOf(run.output),
        error,
        metadata,
      },
      ERRORS[code].status as ContentfulStatusCode,
    );
  }
  const links = runLinks(run.id);
  c.header("location", links.self);
  const approvals = view.approvals.filter(({ status }) => status === "open")
    .map(({ id, kind, question }) => ({ id, kind, question }));
  return c.json({
    success: true,
    data: { status: run.status, runId: run.id, links, ...(approvals.length > 0 && { approvals }) },
    metadata,
  }, 202);
}

/** Patterns that answer with words answer `{text}`; the others with their own members. */
function dataOf(output: Json | undefined): Json {
  return typeof output === "string" ? { text: output } : output ?? null;
}

function metadataOf(pattern: Pattern, { run, steps }: RunView) {
  const end = run.completedAt === undefined ? undefined : Date.parse(run.completedAt);
  const models = steps.flatMap(({ model, usage }) =>
    model !== undefined && usage.outputTokens + usage.inputTokens > 0 ? [model] : []
  );
  return {
    pattern,
    durationMs: end === undefined ? null : end - Date.parse(run.createdAt),
    costMicros: run.costMicros,
    modelsUsed: [...new Set(models)],
    runId: run.id,
  };
}
