/**
 * API keys. A key is 256 random bits, so its plain SHA-256 is as safe to store as a slow hash and one
 * read finds it. Every request reads the record: a revoked key is refused at once by every instance.
 */
import type { AppContext } from "../kernel/context.ts";
import { AppError } from "../kernel/core/errors.ts";
import { isId } from "../kernel/core/ids.ts";
import { digestText } from "../kernel/core/json.ts";
import type { Page, PageQuery } from "../kernel/core/page.ts";
import { listPage, transact, type Tx } from "../kernel/kv/mod.ts";
import { randomToken } from "../kernel/platform/crypto.ts";
import { apiKeyIdKey, apiKeyKey, apiKeyUseKey } from "./keys.ts";
import { decideGrant, isAtLeast, isUsable } from "./policy.ts";
import type { ApiKey, ApiKeyInput, Role } from "./schema.ts";

type StoredKey = Omit<ApiKey, "lastUsedAt"> & { readonly v: 1 };

/** Who manages keys: nobody gives, or takes away, more than they have. */
export interface KeyAdmin {
  readonly workspaceId: string;
  readonly actor: string;
  readonly role: Role;
}

const TOKEN = /^mst_[\w-]{43}$/;
const HINT_LENGTH = 8;
const KEYS_STREAM = "keys";
/** Last use is written at most so often for each key, by each instance. */
const USE_EVERY_MS = 300_000;

type Context = Pick<AppContext, "kv" | "clock" | "ids">;

/** Whether this looks like one of our keys; says nothing about its being one. */
export function isApiKeyText(text: string): boolean {
  return text.startsWith("mst_");
}

/**
 * The record and the key itself, which is shown this once. `staged` joins the commit. Throws
 * `forbidden` for a role above one's own, `invalid_input` for a key that makes no sense.
 */
export async function createApiKey(
  ctx: Context,
  by: KeyAdmin,
  input: ApiKeyInput,
  staged?: (tx: Tx, key: ApiKey) => Promise<void>,
): Promise<{ key: ApiKey; token: string }> {
  const nowMs = ctx.clock.now();
  const decision = decideGrant(by.role, input, nowMs);
  if (decision.kind === "deny") {
    const { code, reason, field } = decision;
    throw new AppError(code, {
      detail: reason,
      fields: code === "invalid_input" ? [{ path: field, message: reason }] : undefined,
    });
  }
  const token = `mst_${randomToken(32)}`;
  const key: ApiKey = {
    ...input,
    id: ctx.ids.next("key"),
    hint: token.slice(0, HINT_LENGTH),
    createdAt: new Date(nowMs).toISOString(),
    createdBy: by.actor,
  };
  const hash = digestText(token);
  await transact(ctx, by.workspaceId, async (tx) => {
    tx.set(apiKeyKey(by.workspaceId, hash), { v: 1, ...key } satisfies StoredKey);
    tx.set(apiKeyIdKey(by.workspaceId, key.id), hash);
    stageKeyEvent(tx, "key.created", by.actor, key);
    await staged?.(tx, key);
  });
  return { key, token };
}

/** Refused everywhere from this commit on; a second time changes nothing. Throws `not_found`, `forbidden`. */
export async function revokeApiKey(ctx: Context, by: KeyAdmin, keyId: string): Promise<ApiKey> {
  const { workspaceId } = by;
  const hash = await requireHash(ctx, workspaceId, keyId);
  const key = await transact(ctx, workspaceId, async (tx) => {
    const stored = await tx.get<StoredKey>(apiKeyKey(workspaceId, hash));
    if (!stored) throw keyNotFound(keyId);
    if (!isAtLeast(by.role, stored.role)) {
      throw new AppError("forbidden", {
        detail: `Role "${by.role}" cannot revoke a key of role "${stored.role}"`,
      });
    }
    if (stored.revokedAt !== undefined) return stored;
    const revokedAt = new Date(ctx.clock.now()).toISOString();
    const revoked: StoredKey = { ...stored, revokedAt, revokedBy: by.actor };
    tx.set(apiKeyKey(workspaceId, hash), revoked);
    stageKeyEvent(tx, "key.revoked", by.actor, revoked);
    return revoked;
  });
  return (await withUse(ctx, workspaceId, [key]))[0]!;
}

/** Newest first, revoked and expired ones too. */
export async function listApiKeys(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  query: Partial<PageQuery>,
): Promise<Page<ApiKey>> {
  const page = await listPage<string>(ctx, {
    prefix: apiKeyIdKey.prefix(workspaceId),
    query: "keys",
    ...query,
  });
  const records = page.items.map((hash) => apiKeyKey(workspaceId, hash));
  const stored = (await ctx.kv.getMany<StoredKey>(records)).flatMap(({ value }) => value ?? []);
  return { ...page, items: await withUse(ctx, workspaceId, stored) };
}

/** Throws `not_found`. */
export async function requireApiKey(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  keyId: string,
): Promise<ApiKey> {
  const hash = await requireHash(ctx, workspaceId, keyId);
  const { value } = await ctx.kv.get<StoredKey>(apiKeyKey(workspaceId, hash));
  if (!value) throw keyNotFound(keyId);
  return (await withUse(ctx, workspaceId, [value]))[0]!;
}

export interface ApiKeys {
  /** The key's record when it may be used now, else null; notes the use. */
  identify(workspaceId: string, token: string): Promise<ApiKey | null>;
}

export function createApiKeys(ctx: Pick<AppContext, "kv" | "clock" | "log">): ApiKeys {
  const noted = new Map<string, number>();
  return {
    async identify(workspaceId, token) {
      if (!TOKEN.test(token)) return null;
      const { value } = await ctx.kv.get<StoredKey>(apiKeyKey(workspaceId, digestText(token)));
      const nowMs = ctx.clock.now();
      if (!value || !isUsable(value, nowMs)) return null;
      if ((noted.get(value.id) ?? -Infinity) + USE_EVERY_MS <= nowMs) {
        noted.set(value.id, nowMs);
        await noteUse(ctx, workspaceId, value.id, nowMs);
      }
      return shown(value);
    },
  };
}

/** A use that cannot be noted refuses nobody. */
async function noteUse(
  ctx: Pick<AppContext, "kv" | "log">,
  workspaceId: string,
  keyId: string,
  nowMs: number,
): Promise<void> {
  try {
    await transact(ctx, workspaceId, (tx) => tx.touch(apiKeyUseKey(workspaceId, keyId), nowMs));
  } catch (error) {
    ctx.log.warn("The last use of a key was not noted", { keyId, error });
  }
}

/** Names nothing that only an admin may see: the workspace's feed carries it. */
function stageKeyEvent(tx: Tx, type: string, actor: string, key: Omit<ApiKey, "hint">): void {
  const { id, role, agentId } = key;
  tx.emit(KEYS_STREAM, { type, actor, keyId: id, role, ...(agentId && { agentId }) });
}

async function requireHash(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  keyId: string,
): Promise<string> {
  if (!isId("key", keyId)) throw keyNotFound(keyId);
  const { value } = await ctx.kv.get<string>(apiKeyIdKey(workspaceId, keyId));
  if (value === null) throw keyNotFound(keyId);
  return value;
}

function keyNotFound(keyId: string): AppError {
  return new AppError("not_found", { detail: `There is no key "${keyId.slice(0, 80)}"` });
}

async function withUse(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  keys: readonly StoredKey[],
): Promise<ApiKey[]> {
  const uses = await ctx.kv.getMany<number>(keys.map(({ id }) => apiKeyUseKey(workspaceId, id)));
  return keys.map((key, i) => {
    const usedAt = uses[i]!.value;
    return usedAt === null
      ? shown(key)
      : { ...shown(key), lastUsedAt: new Date(usedAt).toISOString() };
  });
}

function shown({ v: _, ...key }: StoredKey): ApiKey {
  return key;
}
