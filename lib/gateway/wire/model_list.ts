/** Models as `GET /v1/models` lists them. */
import type { ModelInfo } from "../../agents/model_port.ts";

/** When these virtual models came to be; a model's own date is the day its entry was read. */
const SINCE = Date.UTC(2026, 10, 21) / 1000;

export interface ModelEntry {
  readonly id: string;
  readonly object: "model";
  /** Epoch seconds. */
  readonly created: number;
  readonly owned_by: string;
}

export function modelEntry(info: Pick<ModelInfo, "id" | "provider" | "asOf">): ModelEntry {
  const day = info.asOf === undefined ? NaN : Date.parse(info.asOf);
  return {
    id: info.id,
    object: "model",
    created: Number.isNaN(day) ? SINCE : Math.floor(day / 1000),
    owned_by: info.provider,
  };
}

/** A name that stands for models, or an agent that answers as one. */
export function virtualEntry(id: string): ModelEntry {
  return { id, object: "model", created: SINCE, owned_by: "muster" };
}
