/** Effects of a run, read from its log: the log is where they are. */
import type { Effect } from "../engine/schema.ts";
import type { AppContext } from "../kernel/context.ts";
import { AppError } from "../kernel/core/errors.ts";
import type { Page, PageQuery } from "../kernel/core/page.ts";
import type { StoredEvent } from "../kernel/events/mod.ts";
import { readLog } from "./read_log.ts";
import { newestFirst } from "./slice_page.ts";
import { requireRun } from "./views.ts";

type Reader = { readonly ctx: Pick<AppContext, "kv"> };

export interface EffectFilter {
  readonly stepId?: string | undefined;
  readonly status?: Effect["status"] | undefined;
  readonly kind?: string | undefined;
}

/** Newest first. Throws `not_found` for an unknown run. */
export async function listEffects(
  app: Reader,
  workspaceId: string,
  runId: string,
  query: Partial<PageQuery> & EffectFilter,
): Promise<Page<Effect>> {
  const { stepId, status, kind } = query;
  const effects = (await effectsOf(app, workspaceId, runId)).filter((effect) =>
    (!stepId || effect.stepId === stepId) && (!status || effect.status === status) &&
    (!kind || effect.kind === kind)
  );
  const filters = [stepId, status, kind].map((value) => value ?? "").join(":");
  return newestFirst(effects, `effects:${workspaceId}:${runId}:${filters}`, query);
}

/** Throws `not_found`. */
export async function requireEffect(
  app: Reader,
  workspaceId: string,
  runId: string,
  effectId: string,
): Promise<Effect> {
  const effect = (await effectsOf(app, workspaceId, runId)).find(({ id }) => id === effectId);
  if (effect) return effect;
  throw new AppError("not_found", { detail: `Run "${runId}" has no effect "${effectId}"` });
}

/** Each as its last event shows it, in the order in which they first appeared. */
export async function effectsOf(
  app: Reader,
  workspaceId: string,
  runId: string,
): Promise<Effect[]> {
  await requireRun(app, workspaceId, runId);
  const effects = new Map<string, Effect>();
  for await (const event of readLog(app.ctx, workspaceId, runId)) {
    if (event.type.startsWith("effect.")) fold(effects, event);
  }
  return [...effects.values()];
}

function fold(effects: Map<string, Effect>, event: StoredEvent): void {
  const data = JSON.parse(event.json) as { effect?: Effect; effectId?: string };
  if (data.effect) {
    effects.set(data.effect.id, data.effect);
    return;
  }
  const known = effects.get(data.effectId ?? "");
  if (known) effects.set(known.id, { ...known, status: "outcome_unknown" });
}
