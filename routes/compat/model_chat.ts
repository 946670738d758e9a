/** One prompt, one answer: what `/api/chat` and each item of `/api/batch` are. */
import type { Context } from "hono";
import { z } from "zod";
import type { App } from "../../lib/app.ts";
import type { ChatBody, WholeAnswer } from "../../lib/gateway/calls/schema.ts";
import { VIRTUAL_MODELS } from "../../lib/gateway/mod.ts";
import { isObject } from "../../lib/gateway/wire/mod.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { digestText } from "../../lib/kernel/core/json.ts";
import type { Env } from "../_http/env.ts";
import { callOf } from "../gateway/call.ts";

export const tier = z.enum(["primary", "edge", "flagship", "local", "custom", "demo"]);

/** What of a request holds for each prompt of a batch too. */
const settings = {
  model: z.string().trim().min(1).max(256).optional(),
  tier: tier.optional(),
  temperature: z.number().min(0).max(2).optional(),
  max_tokens: z.int().min(1).max(1_000_000).optional(),
};

export const chatInput = z.strictObject({
  prompt: z.string().trim().min(1).max(1_000_000),
  ...settings,
});
export type ChatInput = z.infer<typeof chatInput>;

/** Without a model the router chooses, within the tier when one is named. */
export function chatBody({ prompt, model, temperature, max_tokens }: ChatInput): ChatBody {
  return {
    model: model ?? "muster/auto",
    messages: [{ role: "user", content: prompt }],
    ...(temperature !== undefined && { temperature }),
    ...(max_tokens !== undefined && { max_tokens }),
  };
}

/** `item`: of several in one request, each with an idempotency key of its own. */
export async function ask(
  app: App,
  c: Context<Env>,
  input: ChatInput,
  item?: number,
): Promise<{ answer: WholeAnswer; latencyMs: number }> {
  const startedAt = app.ctx.clock.mono();
  const call = callOf(c, chatBody(input), input.tier === undefined ? {} : { tier: input.tier });
  const { idempotencyKey: key } = call;
  const answer = await app.gateway.complete(
    item === undefined || key === undefined
      ? call
      : { ...call, idempotencyKey: digestText(`${key}\n${item}`) },
  );
  if (answer.kind !== "whole") {
    throw new AppError("internal", { cause: new Error("a stream that nobody asked for") });
  }
  return { answer, latencyMs: Math.max(1, Math.round(app.ctx.clock.mono() - startedAt)) };
}

export function answerOf(answer: WholeAnswer, latencyMs: number) {
  const { usage: { inputTokens, outputTokens }, costMicros } = answer.settled;
  const { id, provider, tier } = answer.model;
  return {
    content: contentOf(answer.body),
    model: id,
    provider,
    tier,
    usage: {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
    },
    performance: {
      latency_ms: latencyMs,
      tokens_per_second: Math.round(outputTokens / latencyMs * 10_000) / 10,
    },
    cost: { amount: costMicros / 1_000_000, currency: "USD" },
    routing: {
      decision: isRouted(answer.decision.requested) ? "routed" : "explicit",
      reasoning: answer.decision.reason,
    },
  };
}

/** Nothing or a name that stands for models was asked for. */
function isRouted(requested: string): boolean {
  return requested === "" || (VIRTUAL_MODELS as readonly string[]).includes(requested);
}

function contentOf(completion: string): string {
  const { choices } = JSON.parse(completion);
  const message: unknown = choices?.[0]?.message;
  return isObject(message) && typeof message.content === "string" ? message.content : "";
}
