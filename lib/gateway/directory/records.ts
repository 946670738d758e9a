/** What a workspace has stored of providers and models. */
import type { AppContext } from "../../kernel/context.ts";
import type { Key } from "../../kernel/kv/mod.ts";
import { modelKey, providerKey } from "./keys.ts";
import type { ModelPatch, ProviderPatch } from "./schema.ts";

interface Stored<T> {
  readonly v: 1;
  readonly id: string;
  /** Counts the changes. */
  readonly version: number;
  /** Epoch ms. */
  readonly updatedAt: number;
  readonly updatedBy: string;
  /** Members in place of what is built in; of an own one all there is. */
  readonly changes: T;
}

/** Never its key. */
export interface StoredProvider extends Stored<Omit<ProviderPatch, "apiKey">> {
  /** Added here; else a built-in one that was changed. */
  readonly own: boolean;
}

export interface StoredModel extends Stored<ModelPatch> {
  /** Added here: the provider it belongs to. */
  readonly provider?: string;
}

export interface Records {
  readonly providers: readonly StoredProvider[];
  readonly models: readonly StoredModel[];
}

/** Of each kind; more are refused when they are added. */
export const RECORDS_MAX = 500;

export async function readRecords(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
): Promise<Records> {
  const [providers, models] = await Promise.all([
    all<StoredProvider>(ctx, providerKey.prefix(workspaceId)),
    all<StoredModel>(ctx, modelKey.prefix(workspaceId)),
  ]);
  return { providers, models };
}

async function all<T>(ctx: Pick<AppContext, "kv">, prefix: Key): Promise<T[]> {
  const found: T[] = [];
  for await (const { value } of ctx.kv.list<T>({ prefix }, { limit: RECORDS_MAX })) {
    found.push(value);
  }
  return found;
}
