/** A model as a form holds it: prices in dollars, everything as typed. Pure. */
import type { ModelPatch, ModelView, NewModel } from "../../../lib/gateway/directory/schema.ts";

export interface ModelDraft {
  readonly id: string;
  readonly provider: string;
  readonly tier: NewModel["tier"];
  readonly priceIn: string;
  readonly priceOut: string;
  readonly context: string;
  readonly output: string;
  readonly speed: string;
  readonly capabilities: readonly NewModel["capabilities"][number][];
  readonly enabled: boolean;
}

const MICROS = 1_000_000;

export function draftOf(model: ModelView | undefined, provider: string): ModelDraft {
  const price = (micros: number) => model?.priced ? String(micros / MICROS) : "";
  return {
    id: model?.id ?? "",
    provider: model?.provider ?? provider,
    tier: (model?.tier ?? "custom") as NewModel["tier"],
    priceIn: price(model?.priceInMicrosPerMTok ?? 0),
    priceOut: price(model?.priceOutMicrosPerMTok ?? 0),
    context: String(model?.contextTokens ?? 128_000),
    output: String(model?.maxOutputTokens ?? 16_384),
    speed: model?.tokensPerSecond ? String(model.tokensPerSecond) : "",
    capabilities: (model?.capabilities ?? ["chat", "code", "tools", "json"]) as ModelDraft[
      "capabilities"
    ],
    enabled: model?.enabled ?? true,
  };
}

/** What is no number is sent as it was typed, so that the server's refusal names the field. */
function number(text: string, by = 1): number | null {
  if (text.trim() === "") return null;
  const value = Number(text.replace(",", "."));
  return Number.isNaN(value)
    ? text as unknown as number
    : by === 1
    ? value
    : Math.round(value * by);
}

export function newModelOf(draft: ModelDraft): Partial<NewModel> {
  return {
    id: draft.id,
    provider: draft.provider,
    enabled: draft.enabled,
    tier: draft.tier,
    priceInMicrosPerMTok: number(draft.priceIn, MICROS),
    priceOutMicrosPerMTok: number(draft.priceOut, MICROS),
    tokensPerSecond: number(draft.speed),
    ...(draft.context.trim() && { contextTokens: number(draft.context)! }),
    ...(draft.output.trim() && { maxOutputTokens: number(draft.output)! }),
    capabilities: [...draft.capabilities],
  };
}

/** Only what was changed; an emptied field goes back to what is built in. */
export function patchOf(draft: ModelDraft, model: ModelView): ModelPatch {
  const was = draftOf(model, model.provider);
  const changed = (name: keyof ModelDraft) =>
    JSON.stringify(draft[name]) !== JSON.stringify(was[name]);
  return {
    ...(changed("enabled") && { enabled: draft.enabled }),
    ...(changed("tier") && { tier: draft.tier }),
    ...(changed("priceIn") && { priceInMicrosPerMTok: number(draft.priceIn, MICROS) }),
    ...(changed("priceOut") && { priceOutMicrosPerMTok: number(draft.priceOut, MICROS) }),
    ...(changed("context") && { contextTokens: number(draft.context) }),
    ...(changed("output") && { maxOutputTokens: number(draft.output) }),
    ...(changed("speed") && { tokensPerSecond: number(draft.speed) }),
    ...(changed("capabilities") && { capabilities: [...draft.capabilities] }),
  };
}
