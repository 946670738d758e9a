/** Asking a server which models it has. */
import type { AppContext } from "../../kernel/context.ts";

/** A server asked for its models must answer within this; a refused connection is known at once. */
const PROBE_MS = 400;
const MODELS_MAX = 500;
const ANSWER_BYTES_MAX = 2_097_152;

type Context = Pick<AppContext, "fetch" | "clock" | "log">;

export interface ProbeTarget {
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly trusted: boolean;
}

/** Ids of the chat models a server offers, or null when it does not answer in time. */
export async function askModels(
  ctx: Context,
  { baseUrl, apiKey, trusted }: ProbeTarget,
): Promise<string[] | null> {
  const stop = new AbortController();
  const cancel = ctx.clock.timer(PROBE_MS, () => stop.abort());
  try {
    const response = await ctx.fetch(`${baseUrl}/models`, {
      trusted,
      maxBytes: ANSWER_BYTES_MAX,
      headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {},
      signal: stop.signal,
    });
    const body: unknown = response.ok ? await response.json() : await response.body?.cancel();
    const rows = (body as { data?: unknown } | undefined)?.data;
    if (!Array.isArray(rows)) return null;
    return rows.map((row: { id?: unknown }) => String(row?.id ?? ""))
      .filter((id) => id && !/embed|whisper|tts|moderation|rerank/i.test(id))
      .slice(0, MODELS_MAX);
  } catch (error) {
    ctx.log.debug("A model server did not list its models", { baseUrl, error: String(error) });
    return null;
  } finally {
    cancel();
  }
}

/** Remembers what each address with its key answered, so that only new ones are asked. */
export class ProbeMemory {
  readonly #ctx: Context;
  readonly #known = new Map<string, Promise<string[] | null>>();

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  models(target: ProbeTarget): Promise<string[] | null> {
    const id = `${target.baseUrl} ${target.apiKey ?? ""}`;
    const known = this.#known.get(id);
    if (known) return known;
    const asked = askModels(this.#ctx, target);
    this.#known.set(id, asked);
    // One that did not answer may be starting.
    asked.then((models) => models ?? this.#known.delete(id));
    return asked;
  }

  forget(): void {
    this.#known.clear();
  }
}
