/** The OpenAI-compatible servers that can be reached, from the configuration and the keystore. */
import type { AppContext } from "../kernel/context.ts";
import { isLoopbackHost } from "../kernel/platform/config.ts";

export type ProviderId = "openai" | "groq" | "workers-ai" | "ollama";

export interface Provider {
  readonly id: ProviderId;
  /** As messages call it. */
  readonly name: string;
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** Not the provider's own address: it may have models and prices of its own. */
  readonly custom: boolean;
  /** On this machine. */
  readonly local: boolean;
  /** The model taken when none is named. */
  readonly defaultModel?: string;
  /** Model ids the server named when it was asked at start. */
  readonly found: readonly string[];
}

/** A key kept in the keystore under the provider's id, or null. */
export type KeyLookup = (provider: ProviderId) => Promise<string | null>;

const OPENAI_URL = "https://api.openai.com/v1";
const GROQ_URL = "https://api.groq.com/openai/v1";
const OLLAMA_URL = "http://127.0.0.1:11434/v1";

/** A server asked for its models must answer within this; a refused connection is known at once. */
const PROBE_MS = 400;

/** In the order in which they are preferred. A key set in the environment wins over the keystore's. */
export async function findProviders(
  ctx: Pick<AppContext, "config" | "fetch" | "clock" | "log">,
  keyOf: KeyLookup = () => Promise.resolve(null),
): Promise<Provider[]> {
  const { openai, groq, workersAi, ollama } = ctx.config.providers;
  const workersAiUrl = workersAi.baseUrl ??
    (workersAi.accountId
      ? `https://api.cloudflare.com/client/v4/accounts/${
        encodeURIComponent(workersAi.accountId)
      }/ai/v1`
      : undefined);
  const known: Omit<Provider, "found" | "local">[] = [];
  const add = (
    provider: Omit<Provider, "found" | "local" | "custom" | "baseUrl">,
    ownUrl: string | undefined,
    setUrl: string | undefined,
  ) => {
    const baseUrl = setUrl ?? ownUrl;
    if (!baseUrl || (!provider.apiKey && !setUrl)) return;
    known.push({ ...provider, baseUrl, custom: setUrl !== undefined && setUrl !== ownUrl });
  };
  const key = async (id: ProviderId, set: string | undefined) =>
    set ?? await keyOf(id) ?? undefined;
  add(
    {
      id: "openai",
      name: "OpenAI",
      apiKey: await key("openai", openai.apiKey),
      defaultModel: "gpt-4o-mini",
    },
    OPENAI_URL,
    openai.baseUrl,
  );
  add(
    {
      id: "groq",
      name: "Groq",
      apiKey: await key("groq", groq.apiKey),
      defaultModel: "openai/gpt-oss-120b",
    },
    GROQ_URL,
    groq.baseUrl,
  );
  add(
    {
      id: "workers-ai",
      name: "Workers AI",
      apiKey: await key("workers-ai", workersAi.apiToken),
      defaultModel: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
    },
    workersAiUrl,
    workersAi.baseUrl,
  );
  const detect = ctx.config.defaultModel === undefined;
  const providers = await Promise.all(known.map(async (provider): Promise<Provider> => ({
    ...provider,
    local: isLoopbackHost(new URL(provider.baseUrl).hostname),
    found: detect && provider.custom
      ? await askModels(ctx, provider.baseUrl, provider.apiKey) ?? []
      : [],
  })));
  const ollamaUrl = openAiPath(ollama.baseUrl ?? OLLAMA_URL);
  // Looking for a server nobody named is detection; asking one that was named is not.
  const local = detect && !ctx.config.deploy || ollama.baseUrl !== undefined;
  const found = local && detect ? await askModels(ctx, ollamaUrl) : null;
  const named = ollama.baseUrl !== undefined || ctx.config.defaultModel?.startsWith("ollama/");
  if (named || found?.length) {
    const baseUrl = ollamaUrl;
    providers.push({
      id: "ollama",
      name: "Ollama",
      baseUrl,
      custom: true,
      local: true,
      defaultModel: found?.[0],
      found: found ?? [],
    });
  }
  return providers;
}

/** Ollama is often named without the path under which it speaks this protocol. */
function openAiPath(url: string): string {
  return new URL(url).pathname === "/" ? `${url.replace(/\/+$/, "")}/v1` : url;
}

/** Ids of the chat models a server offers, or null when it does not answer in time. */
async function askModels(
  ctx: Pick<AppContext, "fetch" | "clock" | "log">,
  baseUrl: string,
  apiKey?: string,
): Promise<string[] | null> {
  const stop = new AbortController();
  const cancel = ctx.clock.timer(PROBE_MS, () => stop.abort());
  try {
    const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
    const response = await ctx.fetch(`${baseUrl}/models`, {
      trusted: true,
      headers,
      signal: stop.signal,
    });
    const body: unknown = response.ok ? await response.json() : await response.body?.cancel();
    const rows = (body as { data?: unknown } | undefined)?.data;
    if (!Array.isArray(rows)) return null;
    return rows.map((row: { id?: unknown }) => String(row?.id ?? "")).filter((id) =>
      id && !/embed|whisper|tts|moderation|rerank/i.test(id)
    );
  } catch (error) {
    ctx.log.debug("A model server did not list its models", { baseUrl, error: String(error) });
    return null;
  } finally {
    cancel();
  }
}
