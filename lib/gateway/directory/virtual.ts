/** A virtual name without a request to look at: for reservations before anything is asked. */
import type { ModelInfo } from "../../agents/model_port.ts";
import type { VirtualModel } from "./resolve.ts";

/** The default, the fastest, the cheapest, the strongest tier – demonstration last. */
export function simpleRoute(
  name: VirtualModel,
  usable: readonly ModelInfo[],
  fallback: ModelInfo,
): ModelInfo {
  const real = usable.filter((model) =>
    !model.demonstration && model.capabilities.includes("chat")
  );
  const least = (value: (model: ModelInfo) => number) =>
    real.reduce<ModelInfo | undefined>(
      (best, model) => !best || value(model) < value(best) ? model : best,
      undefined,
    ) ?? fallback;
  switch (name) {
    case "muster/auto":
      return fallback;
    case "muster/fast":
      return least((model) => -(model.tokensPerSecond ?? 0));
    case "muster/cheap":
      return least((model) =>
        model.priced ? model.priceInMicrosPerMTok + model.priceOutMicrosPerMTok : Infinity
      );
    case "muster/best":
      return least((model) =>
        -model.priceOutMicrosPerMTok - (model.tier === "flagship" ? 1e12 : 0)
      );
  }
}
