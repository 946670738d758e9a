/** Adding, pricing, editing and removing models. */
import { AppError } from "../../kernel/core/errors.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { alsoKnownModel, catalogueModel, OFFLINE_MODEL } from "../catalogue.ts";
import { announce, type Change, type Context, withoutNulls } from "./change_provider.ts";
import { modelKey } from "./keys.ts";
import { readRecords, RECORDS_MAX, type StoredModel } from "./records.ts";
import type { Catalogue } from "./resolve.ts";
import { type ModelPatch, type NewModel, newModel } from "./schema.ts";

/** Throws `conflict` where the id is taken, `invalid_input` for an unknown provider. */
export async function createModel(
  ctx: Context,
  change: Change,
  catalogue: Catalogue,
  input: NewModel,
): Promise<void> {
  const { id, provider, ...given } = input;
  if (!catalogue.providers.some((one) => one.id === provider)) {
    throw wrong("provider", `There is no provider "${provider}"; add it first`);
  }
  const { models } = await readRecords(ctx, change.workspaceId);
  if (models.length >= RECORDS_MAX) {
    throw new AppError("conflict", { detail: `There are ${RECORDS_MAX} models already` });
  }
  const changes = dated(ctx, {}, withoutNulls(given));
  requirePrices(changes, false);
  requireFit(changes, newModel.parse({ id, provider }));
  await transact(ctx, change.workspaceId, async (tx) => {
    const key = modelKey(change.workspaceId, id);
    const taken = catalogueModel(id) ?? catalogue.models.find(({ info }) => info.id === id) ??
      await tx.get(key);
    if (taken) throw new AppError("conflict", { detail: `There is a model "${id}" already` });
    tx.set(key, record(ctx, change, { id, version: 0, provider, changes }));
    announce(tx, change, "model", id, "updated");
  });
}

/** `null` takes a member back to what is built in. Throws `not_found`. */
export async function updateModel(
  ctx: Context,
  change: Change,
  catalogue: Catalogue,
  id: string,
  patch: ModelPatch,
): Promise<void> {
  const known = requireKnown(id, catalogue);
  await transact(ctx, change.workspaceId, async (tx) => {
    const key = modelKey(change.workspaceId, id);
    const before = await tx.get<StoredModel>(key);
    change.check?.(before?.version ?? 0);
    const kept = before?.changes ?? {};
    const changes = dated(ctx, patch, withoutNulls({ ...kept, ...patch }));
    requirePrices(changes, known.priced && before?.provider === undefined);
    requireFit(changes, known);
    tx.set(
      key,
      record(ctx, change, {
        id,
        version: before?.version ?? 0,
        ...(before?.provider !== undefined && { provider: before.provider }),
        changes,
      }),
    );
    announce(tx, change, "model", id, "updated");
  });
}

/** Removes one that was added, or what was changed of another. Throws `not_found`. */
export async function deleteModel(
  ctx: Context,
  change: Change,
  catalogue: Catalogue,
  id: string,
): Promise<void> {
  requireKnown(id, catalogue);
  await transact(ctx, change.workspaceId, async (tx) => {
    const key = modelKey(change.workspaceId, id);
    const before = await tx.get<StoredModel>(key);
    change.check?.(before?.version ?? 0);
    tx.delete(key);
    announce(tx, change, "model", id, before?.provider === undefined ? "reset" : "deleted");
  });
}

function record(
  ctx: Context,
  { actor }: Change,
  made: Pick<StoredModel, "id" | "version" | "changes" | "provider">,
): StoredModel {
  return {
    v: 1,
    ...made,
    version: made.version + 1,
    updatedAt: ctx.clock.now(),
    updatedBy: actor,
  };
}

/** A price that is set now was read now, unless the caller says when. */
function dated(ctx: Context, patch: ModelPatch, changes: ModelPatch): ModelPatch {
  const given = { ...changes, ...patch };
  const priced = Object.keys(patch).length === 0 ? changes : patch;
  const sets = typeof priced.priceInMicrosPerMTok === "number" ||
    typeof priced.priceOutMicrosPerMTok === "number";
  if (!sets || typeof priced.asOf === "string") return withoutNulls(given);
  return withoutNulls({ ...given, asOf: new Date(ctx.clock.now()).toISOString().slice(0, 10) });
}

function requirePrices(changes: ModelPatch, known: boolean): void {
  const input = typeof changes.priceInMicrosPerMTok === "number";
  const output = typeof changes.priceOutMicrosPerMTok === "number";
  if (known || input === output) return;
  throw wrong(
    input ? "priceOutMicrosPerMTok" : "priceInMicrosPerMTok",
    "A price has two parts, input and output; the model has none yet, so give both",
  );
}

function requireFit(
  changes: ModelPatch,
  base: { readonly contextTokens: number; readonly maxOutputTokens: number },
): void {
  const context = changes.contextTokens ?? base.contextTokens;
  const output = changes.maxOutputTokens ?? base.maxOutputTokens;
  // A smaller context alone takes the output with it, where nobody set that.
  if (output <= context || changes.maxOutputTokens === undefined) return;
  throw wrong(
    "maxOutputTokens",
    `An answer of ${output} tokens does not fit a context of ${context}`,
  );
}

function requireKnown(id: string, catalogue: Catalogue) {
  const info = catalogue.models.find((model) => model.info.id === id)?.info ?? alsoKnownModel(id);
  if (id === OFFLINE_MODEL) {
    throw new AppError("conflict", { detail: "The demonstration cannot be changed" });
  }
  if (!info) throw new AppError("not_found", { detail: `There is no model "${id}"` });
  return info;
}

function wrong(path: string, message: string): AppError {
  return new AppError("invalid_input", { detail: message, fields: [{ path, message }] });
}
