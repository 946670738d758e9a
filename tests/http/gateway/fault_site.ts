/** The program before a scripted model server, and what a caller, the server and the ledger saw of one call. */
import { assert } from "@std/assert";
import type { GatewayCall } from "../../../lib/gateway/ledger/schema.ts";
import { listCalls } from "../../../lib/gateway/ledger/mod.ts";
import type { GatewaySettings } from "../../../lib/gateway/schema.ts";
import type { JsonObject } from "../../../lib/kernel/core/json.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";

/** Of the whole call, where the fault is not about time. */
const DEADLINE_MS = 5_000;
/** A machine that does other things too. */
const SLACK_MS = 1_000;

type Changes = {
  readonly [Area in keyof GatewaySettings]?: Partial<GatewaySettings[Area]>;
};

/** One attempt, no cache: what the table is about. */
const ALONE: Changes = {
  calls: {
    models: 1,
    retries: 0,
    retryBaseMs: 1,
    answerBytesMax: 20_000,
  },
  breakers: { enabled: false },
  cache: { exact: false, coalesce: false },
};

export async function faultSite(
  baseUrl: string,
  changes: Changes = {},
  env: Record<string, string> = {},
): Promise<TestApp> {
  const app = await testApp({
    env: { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: "sk-secret-0123456789", ...env },
  });
  const calls = { ...ALONE.calls, ...changes.calls };
  const patch = { ...ALONE, ...changes, calls } as unknown as JsonObject;
  await app.gateway.settings.update({ workspaceId: "default", actor: "test", patch });
  return app;
}

export interface Outcome {
  readonly status: number;
  readonly headers: Headers;
  /** The whole answer, or the frames' data. */
  readonly body: string;
  readonly data: readonly string[];
  /** Of a refusal, or of a stream's last chunk. */
  readonly error: Record<string, unknown> | undefined;
  /** Text of the stream. */
  readonly said: string;
  readonly ended: "whole" | "cut";
  /** As the ledger has it. */
  readonly call: GatewayCall;
}

export interface Wish {
  readonly stream?: boolean;
  readonly model?: string;
  readonly deadlineMs?: number;
  readonly more?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

/** Asks, and fails when the answer is not over within the deadline. */
export async function outcomeOf(app: TestApp, wish: Wish = {}): Promise<Outcome> {
  const { deadlineMs = DEADLINE_MS } = wish;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`not over ${SLACK_MS} ms past the deadline`)),
    deadlineMs + SLACK_MS,
  );
  try {
    return await Promise.race([exchange(app, wish, deadlineMs), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function exchange(app: TestApp, wish: Wish, deadlineMs: number): Promise<Outcome> {
  const response = await app.fetch("/v1/chat/completions", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-muster-timeout-ms": String(deadlineMs),
      ...wish.headers,
    },
    body: JSON.stringify({
      model: wish.model ?? "gpt-4o-mini",
      stream: wish.stream ?? false,
      max_tokens: 4_000,
      messages: [{ role: "user", content: "Say that all is well" }],
      ...wish.more,
    }),
  });
  const body = await response.text();
  const streams = response.headers.get("content-type")?.includes("event-stream") === true;
  const data = streams
    ? body.split("\n\n").filter((one) => one.startsWith("data: ")).map((one) => one.slice(6))
    : [];
  const chunks = data.filter((one) => one !== "[DONE]").map((one) => JSON.parse(one));
  const error = streams ? chunks.find((one) => one.error)?.error : errorOf(response, body);
  const { items } = await listCalls(app.ctx, app.gateway.ledger, "default", { limit: 1 });
  assert(items[0], "the call is not in the ledger");
  return {
    status: response.status,
    headers: response.headers,
    body,
    data,
    error,
    said: chunks.map((one) => one.choices?.[0]?.delta?.content ?? "").join(""),
    ended: response.ok && (!streams || data.at(-1) === "[DONE]") ? "whole" : "cut",
    call: items[0],
  };
}

function errorOf(response: Response, body: string): Record<string, unknown> | undefined {
  return response.ok ? undefined : JSON.parse(body).error;
}
