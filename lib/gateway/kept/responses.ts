/** Responses that are kept, so that the next request can go on from one or refer to an item of it. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { type Key, transact } from "../../kernel/kv/mod.ts";
import type { AskedItem } from "../wire/responses_request.ts";
import type { InputItem, ReferenceItem, ResponseObject } from "../wire/responses_schema.ts";
import { keptPartKey, keptResponseKey } from "./keys.ts";

type Context = Pick<AppContext, "kv" | "clock">;

/** Whose data: another caller's ids name nothing. */
export interface Keeper {
  readonly workspaceId: string;
  readonly callerId: string;
}

interface Manifest {
  readonly v: 1;
  readonly callerId: string;
  readonly parts: number;
  readonly previousId?: string;
  /** Epoch ms; the store may keep a value past its time. */
  readonly until: number;
}

interface Turn {
  /** What the request added, references resolved. */
  readonly input: readonly InputItem[];
  readonly response: ResponseObject;
}

const KEPT_MS = 30 * 86_400_000;
const PART_BYTES = 48_000;
/** Parts of one transaction. */
const PARTS_AT_ONCE = 3;
/** Reads of one call. */
const READ_AT_ONCE = 10;
const TURNS_MAX = 500;

export async function keepResponse(
  ctx: Context,
  { workspaceId, callerId }: Keeper,
  { input, response }: Turn,
): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify({ input, response }));
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    parts.push(bytes.subarray(at, at + PART_BYTES));
  }
  const until = ctx.clock.now() + KEPT_MS;
  for (let from = 0; from < parts.length; from += PARTS_AT_ONCE) {
    await transact(ctx, workspaceId, (tx) => {
      parts.slice(from, from + PARTS_AT_ONCE).forEach((part, n) => {
        const key = keptPartKey(workspaceId, response.id, from + n);
        tx.staged.setBytes(key, part, { expireIn: KEPT_MS });
      });
    });
  }
  const previous = response.previous_response_id;
  const manifest: Manifest = {
    v: 1,
    callerId,
    parts: parts.length,
    ...(typeof previous === "string" && { previousId: previous }),
    until,
  };
  await transact(ctx, workspaceId, (tx) => {
    tx.set(keptResponseKey(workspaceId, response.id), manifest, { expireIn: KEPT_MS });
  });
}

/** Throws `not_found`. */
export async function requireResponse(
  ctx: Context,
  keeper: Keeper,
  id: string,
): Promise<ResponseObject> {
  return (await requireTurn(ctx, keeper, id)).turn.response;
}

/** Throws `not_found`. */
export async function dropResponse(ctx: Context, keeper: Keeper, id: string): Promise<void> {
  const { parts } = await requireManifest(ctx, keeper, id);
  await transact(ctx, keeper.workspaceId, (tx) => {
    tx.delete(keptResponseKey(keeper.workspaceId, id));
    for (let n = 0; n < Math.min(parts, 300); n++) {
      tx.delete(keptPartKey(keeper.workspaceId, id, n));
    }
  });
}

/**
 * The conversation a request goes on with: the turns before it, then its own items, every reference replaced by
 * what it names. `own` is what this request added. Throws `not_found`, `invalid_input`.
 */
export async function resolveItems(
  ctx: Context,
  keeper: Keeper,
  asked: readonly AskedItem[],
  previousId: string | undefined,
): Promise<{ readonly all: InputItem[]; readonly own: InputItem[] }> {
  const own: InputItem[] = [];
  const turns = new Map<string, Turn>();
  for (const item of asked) {
    own.push(isReference(item) ? await resolve(ctx, keeper, item, turns) : item as InputItem);
  }
  const before: InputItem[][] = [];
  for (let id = previousId; id !== undefined;) {
    if (before.length === TURNS_MAX) {
      throw new AppError("invalid_input", {
        detail: `The conversation has more than ${TURNS_MAX} turns; send it as input instead`,
        data: { openai: { param: "previous_response_id", code: "invalid_value" } },
      });
    }
    const { turn, manifest } = await requireTurn(ctx, keeper, id);
    before.push([...turn.input, ...turn.response.output as unknown as InputItem[]]);
    id = manifest.previousId;
  }
  return { all: [...before.reverse().flat(), ...own], own };
}

function isReference(item: AskedItem): item is ReferenceItem {
  return item.type === "item_reference" || (!("role" in item) && !item.type && "id" in item);
}

async function resolve(
  ctx: Context,
  keeper: Keeper,
  { id }: ReferenceItem,
  turns: Map<string, Turn>,
): Promise<InputItem> {
  const responseId = responseIdOf(id);
  const turn = responseId === undefined
    ? undefined
    : turns.get(responseId) ?? (await readTurn(ctx, keeper, responseId))?.turn;
  if (responseId !== undefined && turn) turns.set(responseId, turn);
  const found = turn?.response.output.find((item) => item.id === id);
  if (found) return found as unknown as InputItem;
  throw missing(`Item with id '${id.slice(0, 100)}' not found`, "input");
}

/** `msg_<response>_<n>` → `resp_<response>`. */
export function itemIdOf(responseId: string, kind: string, n: number): string {
  return `${kind}_${responseId.slice("resp_".length)}_${n}`;
}

function responseIdOf(itemId: string): string | undefined {
  const found = /^(?:msg|fc|rs)_([0-9A-Za-z]{1,64})_\d{1,6}$/.exec(itemId);
  return found ? `resp_${found[1]}` : undefined;
}

async function requireTurn(ctx: Context, keeper: Keeper, id: string) {
  const found = await readTurn(ctx, keeper, id);
  if (found) return found;
  throw missing(`Response with id '${id.slice(0, 100)}' not found`, "previous_response_id");
}

async function readTurn(
  ctx: Context,
  keeper: Keeper,
  id: string,
): Promise<{ turn: Turn; manifest: Manifest } | null> {
  const manifest = await readManifest(ctx, keeper, id);
  if (!manifest) return null;
  const keys = Array.from(
    { length: manifest.parts },
    (_, n) => keptPartKey(keeper.workspaceId, id, n),
  );
  const parts = await readParts(ctx, keys);
  return parts === null ? null : { turn: JSON.parse(parts) as Turn, manifest };
}

async function requireManifest(ctx: Context, keeper: Keeper, id: string): Promise<Manifest> {
  const manifest = await readManifest(ctx, keeper, id);
  if (manifest) return manifest;
  throw missing(`Response with id '${id.slice(0, 100)}' not found`, "response_id");
}

async function readManifest(
  ctx: Context,
  { workspaceId, callerId }: Keeper,
  id: string,
): Promise<Manifest | null> {
  if (!/^resp_[0-9A-Za-z]{1,64}$/.test(id)) return null;
  const { value } = await ctx.kv.get<Manifest>(keptResponseKey(workspaceId, id));
  return value && value.callerId === callerId && value.until > ctx.clock.now() ? value : null;
}

/** Null when one of them is gone. */
async function readParts(ctx: Context, keys: readonly Key[]): Promise<string | null> {
  const found: Uint8Array[] = [];
  for (let from = 0; from < keys.length; from += READ_AT_ONCE) {
    const entries = await ctx.kv.getManyBytes(keys.slice(from, from + READ_AT_ONCE));
    for (const { value } of entries) {
      if (!value) return null;
      found.push(value);
    }
  }
  const decoder = new TextDecoder();
  return found.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
}

function missing(detail: string, param: string): AppError {
  return new AppError("not_found", { detail, data: { openai: { param, code: "not_found" } } });
}
