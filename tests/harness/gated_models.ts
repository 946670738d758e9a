/** The offline model with a gate in the middle of every streamed answer, so that a test can look at half of it. */
import type { ChatOptions, ModelPort } from "../../lib/agents/model_port.ts";
import type { ModelResult } from "../../lib/agents/model.ts";
import { createGateway } from "../../lib/gateway/mod.ts";
import { systemClock } from "../../lib/kernel/core/clock.ts";
import { readConfig } from "../../lib/kernel/platform/config.ts";
import { silentLogger } from "../../lib/kernel/platform/log.ts";

export interface GatedModels extends ModelPort {
  /** From now on streamed answers stop halfway. */
  hold(): void;
  /** Lets the answers go on that now stand halfway; later ones stop again. */
  step(): void;
  /** Lets all go on, and stops none any more. */
  open(): void;
}

export async function gatedModels(): Promise<GatedModels> {
  const models = await createGateway({
    clock: systemClock,
    config: readConfig({ MUSTER_DEFAULT_MODEL: "muster/offline" }),
    log: silentLogger,
    fetch: () => Promise.reject(new Error("The offline model needs no network")),
  });
  let held = false;
  let gate = Promise.withResolvers<void>();
  function step(): void {
    gate.resolve();
    gate = Promise.withResolvers();
  }
  return {
    resolve: (model) => models.resolve(model),
    countTokens: (request) => models.countTokens(request),
    list: () => models.list(),
    chat: async (request, options) => {
      const result = await models.chat(request, { ...options, onDelta: undefined });
      if (options.onDelta) await stream(result, options, () => held ? gate.promise : undefined);
      return result;
    },
    hold: () => held = true,
    step,
    open: () => {
      held = false;
      step();
    },
  };
}

async function stream(
  { text }: ModelResult,
  { onDelta, signal }: ChatOptions,
  wait: () => Promise<void> | undefined,
): Promise<void> {
  const half = Math.floor(text.length / 2);
  onDelta!(text.slice(0, half));
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([wait(), aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
  onDelta!(text.slice(half));
}
