/** A model call as an HTTP request asks for it: who, how long, with what wishes. */
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import { agentId as agentIdSchema } from "../../lib/coordination/schema.ts";
import type { ChatBody, ChatCall } from "../../lib/gateway/calls/schema.ts";
import { refuse } from "../../lib/gateway/wire/mod.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { digestText } from "../../lib/kernel/core/json.ts";
import { actingAgent } from "../_http/acting.ts";
import { type Env, workspaceOf } from "../_http/env.ts";

const TIERS = ["primary", "edge", "flagship", "local", "custom", "demo"] as const;
type Tier = NonNullable<ChatCall["tier"]>;
const TIMEOUT_MAX_MS = 3_600_000;
const CACHE_MODES = new Set(["use", "bypass", "refresh"]);
const JSON_TYPE = /^application\/([a-z0-9.-]+\+)?json\s*(;|$)/i;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** The body, as text and parsed. Throws `invalid_input` for what is no JSON. */
export async function readJson(c: Context<Env>): Promise<{ raw: string; value: unknown }> {
  const type = c.req.header("content-type");
  if (type !== undefined && !JSON_TYPE.test(type)) {
    throw new AppError("unsupported_media_type", {
      detail: `The body has type '${type.slice(0, 100)}'; send application/json`,
    });
  }
  const raw = await c.req.text();
  try {
    return { raw, value: JSON.parse(raw) };
  } catch {
    throw refuse(
      raw.trim() === ""
        ? "The body is empty; send a JSON object"
        : "We could not parse the JSON body of your request",
      { code: "invalid_json" },
    );
  }
}

/** Throws `invalid_input` that names the header, `forbidden` for another agent than the key's own. */
export function callOf(
  c: Context<Env>,
  body: ChatBody,
  more: Partial<ChatCall> = {},
): ChatCall {
  const { headers, signal } = c.req.raw;
  const deadlineMs = timeoutOf(headers);
  const tier = tierOf(headers.get("x-muster-tier") ?? undefined);
  const idempotencyKey = headers.get("idempotency-key") ?? undefined;
  if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey)) {
    throw wrongHeader("Idempotency-Key", "1 to 255 visible ASCII characters");
  }
  const caller = callerOf(c);
  return {
    workspaceId: workspaceOf(c),
    caller,
    body,
    signal,
    cache: cacheOf(headers),
    ...(deadlineMs !== undefined && { deadlineMs }),
    ...(tier && { tier }),
    ...(idempotencyKey !== undefined && {
      // A provider hears one key from all callers: equal words of two of them are two keys.
      idempotencyKey: digestText(`${workspaceOf(c)}\n${caller.id}\n${idempotencyKey}`),
    }),
    ...(typeof body.continue_on_cut === "boolean" && { continueOnCut: body.continue_on_cut }),
    ...more,
  };
}

export function callerOf(c: Context<Env>): ChatCall["caller"] {
  const caller = c.get("caller");
  const headers = c.req.raw.headers;
  const agentId = actingAgent(c, { body: idOf(headers, "x-muster-agent") });
  const sessionId = idOf(headers, "x-muster-session");
  const id = caller?.id ?? "anonymous";
  return {
    id,
    ...(caller?.via === "key" && id.startsWith("key:") && { keyId: id.slice(4) }),
    ...(agentId !== undefined && { agentId }),
    ...(sessionId !== undefined && { sessionId }),
  };
}

/** `x-muster-timeout-ms`: the whole call's time. */
export function timeoutOf(headers: Headers): number | undefined {
  const text = headers.get("x-muster-timeout-ms");
  if (text === null) return undefined;
  const ms = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (ms < 1 || ms > TIMEOUT_MAX_MS) {
    throw wrongHeader("x-muster-timeout-ms", `milliseconds from 1 to ${TIMEOUT_MAX_MS}`);
  }
  return ms;
}

export function tierOf(text: string | undefined, param = "x-muster-tier"): Tier | undefined {
  if (text === undefined) return undefined;
  const found = TIERS.find((tier) => tier === text);
  if (found) return found;
  throw wrongHeader(param, `one of ${TIERS.join(", ")}`);
}

/** The settings' word on members nobody knows. */
export async function unknownParameters(
  app: App,
  c: Context<Env>,
): Promise<"pass" | "refuse"> {
  const settings = app.gateway.settings.of(workspaceOf(c));
  return (settings instanceof Promise ? await settings : settings).wire.unknownParameters;
}

function cacheOf(headers: Headers): ChatCall["cache"] {
  const text = headers.get("x-muster-cache");
  if (text === null) return "use";
  if (CACHE_MODES.has(text)) return text as ChatCall["cache"];
  throw wrongHeader("x-muster-cache", "bypass or refresh");
}

function idOf(headers: Headers, name: string): string | undefined {
  const text = headers.get(name);
  if (text === null) return undefined;
  const parsed = agentIdSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw wrongHeader(name, "an id: 1 to 128 letters, digits and . _ : @ -");
}

function wrongHeader(param: string, wanted: string) {
  return refuse(`Invalid '${param}': expected ${wanted}`, { param, code: "invalid_value" });
}
