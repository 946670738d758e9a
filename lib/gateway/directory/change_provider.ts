/** Adding, changing and removing providers. A key goes to the keystore in the same commit and is never read back. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import type { Keystore } from "../../identity/mod.ts";
import { CONFIG_STREAM } from "../settings/kept_fresh.ts";
import { checkAddress } from "./address.ts";
import { providerKey } from "./keys.ts";
import { AI_GATEWAY, BUILT_IN_PROVIDERS } from "./provider_rows.ts";
import { readRecords, RECORDS_MAX, type StoredProvider } from "./records.ts";
import type { NewProvider, ProviderPatch } from "./schema.ts";

export type Context = Pick<AppContext, "kv" | "clock">;

/** Who changes what, and which version they knew. */
export interface Change {
  readonly workspaceId: string;
  readonly actor: string;
  /** Throws `precondition_failed` when the caller knew another version. */
  readonly check?: (version: number) => void;
}

export type Keys = Pick<Keystore, "put" | "delete">;

/** Heard by every instance; the events for people are on `gateway`. */
export const DIRECTORY_CHANGED = "gateway_directory.updated";
export const GATEWAY_STREAM = "gateway";

/** Throws `conflict` where the id is taken, `invalid_input` for an address that is not allowed. */
export async function createProvider(
  ctx: Context,
  change: Change,
  keys: Keys,
  input: NewProvider,
): Promise<void> {
  const { id, apiKey, ...changes } = input;
  checkAddress(input.baseUrl, input.allowPrivate);
  const { providers } = await readRecords(ctx, change.workspaceId);
  if (providers.length >= RECORDS_MAX) {
    throw new AppError("conflict", { detail: `There are ${RECORDS_MAX} providers already` });
  }
  await commit(ctx, change, keys, id, apiKey, async (tx) => {
    if (BUILT_IN_PROVIDERS.has(id) || await tx.get(providerKey(change.workspaceId, id))) {
      throw new AppError("conflict", { detail: `There is a provider "${id}" already` });
    }
    stage(ctx, tx, change, { v: 1, id, version: 0, own: true, changes });
  });
}

/** `null` takes a member back to what is built in. A new origin loses the stored key unless it brings one. */
export async function updateProvider(
  ctx: Context,
  change: Change,
  keys: Keys,
  id: string,
  patch: ProviderPatch,
): Promise<void> {
  const { apiKey, ...given } = patch;
  requireTokenOnly(id, given);
  const stored = await ctx.kv.get<StoredProvider>(providerKey(change.workspaceId, id));
  const before = stored.value?.changes.baseUrl ?? null;
  const moves = given.baseUrl !== undefined && originOf(given.baseUrl) !== originOf(before);
  // Whoever may change the address shall not have another's key sent there.
  const key = apiKey === undefined && moves ? null : apiKey;
  await commit(ctx, change, keys, id, key, async (tx) => {
    const record = await tx.get<StoredProvider>(providerKey(change.workspaceId, id));
    requireKnown(id, record);
    change.check?.(record?.version ?? 0);
    const changes = withoutNulls({ ...record?.changes, ...given });
    if (record?.own && changes.baseUrl === undefined) {
      throw new AppError("invalid_input", {
        detail: `"${id}" was added here and needs its base URL; delete it instead`,
        fields: [{ path: "baseUrl", message: "needed" }],
      });
    }
    if (changes.baseUrl) checkAddress(changes.baseUrl, changes.allowPrivate ?? false);
    const version = record?.version ?? 0;
    stage(ctx, tx, change, { v: 1, id, version, own: record?.own ?? false, changes });
  });
}

/** Removes one that was added, or what was changed of a built-in one; its key with it. Throws `not_found`. */
export async function deleteProvider(
  ctx: Context,
  change: Change,
  keys: Keys,
  id: string,
): Promise<void> {
  await commit(ctx, change, keys, id, null, async (tx) => {
    const record = await tx.get<StoredProvider>(providerKey(change.workspaceId, id));
    requireKnown(id, record);
    change.check?.(record?.version ?? 0);
    tx.delete(providerKey(change.workspaceId, id));
    announce(tx, change, "provider", id, record?.own ? "deleted" : "reset");
  });
}

/** The record, the key and the events in one commit. `apiKey` null forgets it, undefined leaves it. */
async function commit(
  ctx: Context,
  { workspaceId, actor }: Change,
  keys: Keys,
  id: string,
  apiKey: string | null | undefined,
  work: (tx: Tx) => Promise<void>,
): Promise<void> {
  if (apiKey === undefined) return await transact(ctx, workspaceId, work);
  if (apiKey === null) return await keys.delete(workspaceId, id, work);
  await keys.put(workspaceId, id, apiKey, actor, work);
}

function stage(
  ctx: Context,
  tx: Tx,
  change: Change,
  record: Omit<StoredProvider, "updatedAt" | "updatedBy">,
): void {
  tx.set(
    providerKey(change.workspaceId, record.id),
    {
      ...record,
      version: record.version + 1,
      updatedAt: ctx.clock.now(),
      updatedBy: change.actor,
    } satisfies StoredProvider,
  );
  announce(tx, change, "provider", record.id, "updated");
}

export function announce(
  tx: Tx,
  { actor }: Change,
  kind: "provider" | "model",
  id: string,
  change: "updated" | "deleted" | "reset",
): void {
  tx.emit(CONFIG_STREAM, { type: DIRECTORY_CHANGED, actor, [kind]: id });
  tx.emit(GATEWAY_STREAM, { type: `${kind}.updated`, actor, [kind]: id, change });
}

function requireKnown(id: string, record: StoredProvider | null): void {
  if (record || (BUILT_IN_PROVIDERS.has(id) && id !== "offline")) return;
  throw new AppError(id === "offline" ? "conflict" : "not_found", {
    detail: id === "offline"
      ? "The demonstration cannot be changed"
      : `There is no provider "${id}"`,
  });
}

/** The AI Gateway's address is a setting; here only its token is kept. */
function requireTokenOnly(id: string, given: Omit<ProviderPatch, "apiKey">): void {
  const [path] = id === AI_GATEWAY ? Object.keys(given) : [];
  if (path === undefined) return;
  throw new AppError("invalid_input", {
    detail:
      `"${AI_GATEWAY}" has a token and nothing else; its address is the setting directory.aiGatewayUrl`,
    fields: [{ path, message: "not a member of the AI Gateway" }],
  });
}

const originOf = (url: string | null) => url === null ? null : new URL(url).origin;

export function withoutNulls<T extends object>(changes: T): T {
  return Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== null && value !== undefined),
  ) as T;
}
