/**
 * `Idempotency-Key` on writes: the same key and body get the stored answer, another body 422, a request
 * still running 409. Only what succeeded is stored: a refused request changed nothing and may be repeated.
 */
import type { Context, MiddlewareHandler } from "hono";
import type { App } from "../../lib/app.ts";
import {
  type Answer,
  type Claim,
  claimAnswer,
  type ClaimOutcome,
  releaseClaim,
  stageAnswer as stageStored,
  storeAnswer,
} from "../../lib/identity/mod.ts";
import type { AppContext } from "../../lib/kernel/context.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { digestJson, digestText } from "../../lib/kernel/core/json.ts";
import type { Tx } from "../../lib/kernel/kv/mod.ts";
import { actorOf, type Env, workspaceOf } from "./env.ts";

const WRITES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
/** Visible ASCII; clients send UUIDs. */
const KEY = /^[\x21-\x7e]{1,255}$/;
const KEPT_HEADERS = ["content-type", "location", "etag"];

/** Claims of requests in this middleware, for handlers that stage their answer. */
const claims = new WeakMap<Request, { claim: Claim; staged: boolean }>();

export function idempotent(app: Pick<App, "ctx">): MiddlewareHandler<Env> {
  const { ctx } = app;
  return async (c, next) => {
    const key = c.req.header("idempotency-key");
    if (key === undefined || !WRITES.has(c.req.method)) return await next();
    if (!KEY.test(key)) {
      throw new AppError("invalid_input", {
        detail: "Idempotency-Key must be 1 to 255 visible ASCII characters, for example a UUID",
        fields: [{ path: "Idempotency-Key", message: "1 to 255 visible ASCII characters" }],
      });
    }
    const outcome = await claimAnswer(ctx, workspaceOf(c), {
      caller: actorOf(c),
      key,
      digest: await digestRequest(c),
    });
    if (outcome.kind !== "claimed") return replay(c, outcome);
    const held = { claim: outcome.claim, staged: false };
    const request = c.req.raw;
    claims.set(request, held);
    try {
      await next();
      if (!held.staged) await keep(ctx, c, held.claim);
    } catch (error) {
      await releaseClaim(ctx, workspaceOf(c), held.claim);
      throw error;
    } finally {
      claims.delete(request);
    }
  };
}

/** Stages a JSON answer in the handler's own commit; without a key it does nothing. */
export async function stageAnswer(
  ctx: Pick<AppContext, "kv" | "clock" | "ids">,
  c: Context<Env>,
  tx: Tx,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const held = claims.get(c.req.raw);
  if (!held) return;
  await stageStored(ctx, tx, held.claim, {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  tx.afterCommit(() => held.staged = true);
}

async function digestRequest(c: Context<Env>): Promise<string> {
  const { pathname, search } = new URL(c.req.url);
  // Headers that say who acts and on what are part of the request as its body is.
  const named = ["x-agent-id", "x-resource-path"].map((name) => c.req.header(name) ?? null);
  return digestJson([c.req.method, pathname + search, digestText(await c.req.text()), ...named]);
}

function replay(c: Context<Env>, outcome: Exclude<ClaimOutcome, { kind: "claimed" }>): Response {
  switch (outcome.kind) {
    case "answered": {
      const { status, headers, body } = outcome.answer;
      return new Response(status === 204 ? null : body, {
        status,
        headers: { ...headers, "idempotency-replayed": "true" },
      });
    }
    case "mismatch":
      throw new AppError("idempotency_mismatch", {
        detail: `Idempotency-Key "${
          c.req.header("idempotency-key")
        }" was used with another request`,
      });
    case "running":
      throw new AppError("conflict", {
        detail: "The first request with this Idempotency-Key is still running; ask again",
        retryAfterMs: outcome.retryAfterMs,
      });
  }
}

async function keep(ctx: AppContext, c: Context<Env>, claim: Claim): Promise<void> {
  if (!c.res.ok) return await releaseClaim(ctx, workspaceOf(c), claim);
  const body = await c.res.clone().text();
  await storeAnswer(ctx, workspaceOf(c), claim, { status: c.res.status, headers: kept(c), body });
}

function kept(c: Context<Env>): Answer["headers"] {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = c.res.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}
