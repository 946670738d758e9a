/** A test call: asked in earnest through everything a call goes through, so that what works here works. */
import { toAppError } from "../../kernel/core/errors.ts";
import type { Clock } from "../../kernel/core/clock.ts";
import type { ChatCall, ModelGateway } from "../calls/schema.ts";
import type { Catalogue } from "./resolve.ts";
import type { TestAnswer } from "./schema.ts";

const DEADLINE_MS = 20_000;
/** Few, so that it costs next to nothing; enough for models that think first. */
const MAX_TOKENS = 16;

export async function testProvider(
  ctx: { readonly clock: Pick<Clock, "mono"> },
  gateway: Pick<ModelGateway, "complete">,
  from: Pick<ChatCall, "workspaceId" | "caller" | "signal">,
  { catalogue, id, model }: {
    readonly catalogue: Catalogue;
    readonly id: string;
    readonly model?: string | undefined;
  },
): Promise<TestAnswer> {
  const provider = catalogue.providers.find((one) => one.id === id);
  const models = provider && provider.found.length > 0 ? { models: [...provider.found] } : {};
  const name = model ?? usualModel(catalogue, id);
  if (provider?.problem !== undefined || name === undefined) {
    const message = provider?.problem ?? "has no model that chats; name one";
    return {
      ok: false,
      latencyMs: 0,
      ...models,
      error: { code: "unavailable", message: `"${id}" ${message}` },
    };
  }
  const started = ctx.clock.mono();
  const took = () => Math.round(ctx.clock.mono() - started);
  try {
    const answer = await gateway.complete({
      ...from,
      body: {
        model: name,
        messages: [{ role: "user", content: "Answer with the word ok." }],
        max_tokens: MAX_TOKENS,
      },
      deadlineMs: DEADLINE_MS,
      cache: "bypass",
      retries: 0,
      fallback: false,
    });
    const { costMicros } = await answer.settled;
    return { ok: true, latencyMs: took(), model: answer.model.id, ...models, costMicros };
  } catch (error) {
    const { code, detail } = toAppError(error);
    return {
      ok: false,
      latencyMs: took(),
      model: name,
      ...models,
      error: { code, message: detail },
    };
  }
}

/** Its own default, else the cheapest that chats. */
function usualModel(catalogue: Catalogue, id: string): string | undefined {
  const its = catalogue.usable.filter((model) =>
    model.provider === id && model.capabilities.includes("chat")
  );
  const usual = catalogue.providers.find((one) => one.id === id)?.defaultModel;
  return its.find((model) => model.id === usual)?.id ??
    its.toSorted((a, b) =>
      Number(b.priced) - Number(a.priced) || a.priceInMicrosPerMTok - b.priceInMicrosPerMTok
    )[0]?.id;
}
