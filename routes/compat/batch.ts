/** `/api/batch`: many prompts, a few at once; each succeeds or fails by itself. */
import type { Context } from "hono";
import { z } from "zod";
import type { App } from "../../lib/app.ts";
import { toAppError } from "../../lib/kernel/core/errors.ts";
import type { Env } from "../_http/env.ts";
import { EVENT_STREAM, frame, frames } from "../gateway/frames.ts";
import { answerOf, ask, type ChatInput, chatInput } from "./model_chat.ts";

const CONCURRENCY = 5;
const CONCURRENCY_MAX = 32;
const PROMPTS_MAX = 1_000;

export const batchInput = z.strictObject({
  prompts: z.array(z.union([chatInput.shape.prompt, chatInput])).min(1).max(PROMPTS_MAX),
  /** For every prompt that says nothing else. */
  ...chatInput.omit({ prompt: true }).shape,
  /** Prompts asked at the same time. */
  concurrency: z.int().min(1).max(CONCURRENCY_MAX).default(CONCURRENCY),
  /** As server-sent events: each result when it is there, then the sums. */
  stream: z.boolean().optional(),
});
type BatchInput = z.infer<typeof batchInput>;

type Item =
  & { readonly index: number; readonly prompt: string }
  & (
    | { readonly success: true } & ReturnType<typeof answerOf>
    | {
      readonly success: false;
      readonly error: { readonly code: string; readonly message: string };
    }
  );

export async function batch(app: App, c: Context<Env>, input: BatchInput) {
  const startedAt = app.ctx.clock.mono();
  const results: Item[] = [];
  for await (const item of answers(app, c, input, c.req.raw.signal)) results.push(item);
  results.sort((a, b) => a.index - b.index);
  return { ...sums(app, results, startedAt), results };
}

export function streamBatch(app: App, c: Context<Env>, input: BatchInput): Response {
  const startedAt = app.ctx.clock.mono();
  return c.body(
    frames(async function* (signal) {
      const total = input.prompts.length;
      const done: Item[] = [];
      const event = (type: string, data: object) => frame(JSON.stringify({ type, ...data }), type);
      yield event("started", { total });
      for await (const item of answers(app, c, input, signal)) {
        done.push(item);
        const successful = done.filter(({ success }) => success).length;
        const progress = { completed: done.length, total, successful };
        yield event("result", item) +
          event("progress", { ...progress, failed: done.length - successful });
      }
      if (!signal.aborted) yield event("done", sums(app, done, startedAt));
    }, c.req.raw.signal),
    200,
    { ...EVENT_STREAM },
  );
}

/** In the order in which they are finished. Nothing new is asked once the client has gone. */
async function* answers(
  app: App,
  c: Context<Env>,
  input: BatchInput,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const { prompts, concurrency, stream: _, ...common } = input;
  const running = new Map<number, Promise<Item>>();
  for (let next = 0; next < prompts.length || running.size > 0;) {
    while (running.size < concurrency && next < prompts.length && !signal.aborted) {
      const index = next++;
      const given = prompts[index]!;
      const one = typeof given === "string" ? { prompt: given } : given;
      running.set(index, answer(app, c, index, { ...common, ...one }));
    }
    if (running.size === 0) return;
    const item = await Promise.race(running.values());
    running.delete(item.index);
    yield item;
  }
}

async function answer(app: App, c: Context<Env>, index: number, input: ChatInput): Promise<Item> {
  const base = { index, prompt: input.prompt };
  try {
    const { answer, latencyMs } = await ask(app, c, input, index);
    return { ...base, success: true, ...answerOf(answer, latencyMs) };
  } catch (thrown) {
    const { code, detail } = toAppError(thrown);
    return { ...base, success: false, error: { code, message: detail } };
  }
}

function sums(app: App, items: readonly Item[], startedAt: number) {
  const answered = items.filter((item) => item.success);
  const amount = answered.reduce((sum, { cost }) => sum + Math.round(cost.amount * 1e6), 0) / 1e6;
  return {
    total: items.length,
    successful: answered.length,
    failed: items.length - answered.length,
    cost: { amount, currency: "USD" },
    performance: { latency_ms: Math.round(app.ctx.clock.mono() - startedAt) },
  };
}
