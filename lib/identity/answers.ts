/**
 * Answers of writes by idempotency key, in the store, so that they hold over restarts and instances.
 * The first request claims the key for a while; its answer replaces the claim. A claim whose holder
 * died runs out, and the next request with the key does the work.
 */
import type { AppContext } from "../kernel/context.ts";
import { digestJson } from "../kernel/core/json.ts";
import { transact, type Tx } from "../kernel/kv/mod.ts";
import { answerBodyKey, answerKey } from "./keys.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface AnswerRequest {
  readonly caller: string;
  /** As the caller sent it. */
  readonly key: string;
  /** Of method, path and body: the same key with another digest is a mistake. */
  readonly digest: string;
}

/** The right to answer a request; `token` tells it from an earlier one that ran out. */
export interface Claim {
  readonly id: string;
  readonly token: string;
}

export type ClaimOutcome =
  | { readonly kind: "claimed"; readonly claim: Claim }
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "mismatch" }
  | { readonly kind: "running"; readonly retryAfterMs: number };

interface StoredAnswer {
  readonly v: 1;
  readonly digest: string;
  readonly token: string;
  /** Epoch ms; past it the record counts as absent. */
  readonly until: number;
  readonly done?: Omit<Answer, "body"> & { readonly body?: string; readonly parts?: number };
}

/** Longer than any handler takes; long work answers 202. */
const CLAIM_MS = 60_000;
const KEEP_MS = 24 * 3_600_000;
/** Characters of a part: at most 6 bytes each as JSON, so below a value's 64 KiB. */
const PART_CHARS = 10_000;

type Context = Pick<AppContext, "kv" | "clock" | "ids">;

export async function claimAnswer(
  ctx: Context,
  workspaceId: string,
  request: AnswerRequest,
): Promise<ClaimOutcome> {
  const id = digestJson([request.caller, request.key]);
  const token = ctx.ids.next("request");
  const found = await transact(ctx, workspaceId, async (tx) => {
    const stored = await tx.get<StoredAnswer>(answerKey(workspaceId, id));
    const now = ctx.clock.now();
    if (stored && stored.until > now) return stored;
    const claim: StoredAnswer = { v: 1, digest: request.digest, token, until: now + CLAIM_MS };
    tx.set(answerKey(workspaceId, id), claim, { expireIn: KEEP_MS });
    return null;
  });
  if (!found) return { kind: "claimed", claim: { id, token } };
  if (found.digest !== request.digest) return { kind: "mismatch" };
  if (!found.done) return { kind: "running", retryAfterMs: 1_000 };
  return { kind: "answered", answer: await readAnswer(ctx, workspaceId, id, found.done) };
}

/**
 * Stages the answer in the commit of what it answers, so that a crash loses both or neither. A long one
 * is written in parts before, as every large value is.
 */
export async function stageAnswer(
  ctx: Context,
  tx: Tx,
  claim: Claim,
  answer: Answer,
): Promise<void> {
  const key = answerKey(tx.workspaceId, claim.id);
  const stored = await tx.get<StoredAnswer>(key);
  // Another request took over after this claim ran out: the answer is its to give.
  if (!stored || stored.token !== claim.token) return;
  const { body, ...rest } = answer;
  const done = body.length <= PART_CHARS
    ? { ...rest, body }
    : { ...rest, parts: await writeParts(ctx, tx.workspaceId, claim, body) };
  const until = ctx.clock.now() + KEEP_MS;
  tx.set(key, { ...stored, until, done } satisfies StoredAnswer, { expireIn: KEEP_MS });
}

/** Stores the answer of work that is already committed. */
export async function storeAnswer(
  ctx: Context,
  workspaceId: string,
  claim: Claim,
  answer: Answer,
): Promise<void> {
  await transact(ctx, workspaceId, (tx) => stageAnswer(ctx, tx, claim, answer));
}

async function writeParts(
  ctx: Context,
  workspaceId: string,
  claim: Claim,
  body: string,
): Promise<number> {
  const count = Math.ceil(body.length / PART_CHARS);
  for (let i = 0; i < count; i++) {
    const part = body.slice(i * PART_CHARS, (i + 1) * PART_CHARS);
    const key = answerBodyKey(workspaceId, claim.id, i);
    await transact(ctx, workspaceId, (tx) => tx.set(key, part, { expireIn: KEEP_MS }));
  }
  return count;
}

/** Gives the claim back: the request failed and changed nothing, so it may be made again. */
export async function releaseClaim(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  claim: Claim,
): Promise<void> {
  await transact(ctx, workspaceId, async (tx) => {
    const key = answerKey(workspaceId, claim.id);
    const stored = await tx.get<StoredAnswer>(key);
    if (stored?.token === claim.token && !stored.done) tx.delete(key);
  });
}

async function readAnswer(
  ctx: Context,
  workspaceId: string,
  id: string,
  done: NonNullable<StoredAnswer["done"]>,
): Promise<Answer> {
  const { status, headers, body, parts = 0 } = done;
  if (body !== undefined) return { status, headers, body };
  const keys = Array.from({ length: parts }, (_, i) => answerBodyKey(workspaceId, id, i));
  const found = await ctx.kv.getMany<string>(keys);
  return { status, headers, body: found.map((entry) => entry.value ?? "").join("") };
}
