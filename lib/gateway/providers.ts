/** The OpenAI-compatible servers that can be reached, from the configuration and the keystore. */
import type { AppContext } from "../kernel/context.ts";
import { OFFLINE_MODEL } from "./catalogue.ts";
import { type Config, isLoopbackHost } from "../kernel/platform/config.ts";

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
  const { defaultModel } = ctx.config;
  const detect = defaultModel === undefined;
  const named = await namedProviders(ctx.config, keyOf);
  const asked = named.map(async (provider): Promise<Provider> => ({
    ...provider,
    local: isLoopbackHost(new URL(provider.baseUrl).hostname),
    // Only the demonstration leaves servers that are configured alone.
    found: provider.custom && defaultModel !== OFFLINE_MODEL
      ? await askModels(ctx, provider.baseUrl, provider.apiKey) ?? []
      : [],
  }));
  const ollama = findOllama(ctx, detect);
  const found = [...await Promise.all(asked), await ollama];
  return found.filter((provider) => provider !== null);
}

type NamedProvider = Omit<Provider, "found" | "local">;

/** Those with a key or a base URL of their own. */
async function namedProviders(config: Config, keyOf: KeyLookup): Promise<NamedProvider[]> {
  const { openai, groq, workersAi } = config.providers;
  const account = workersAi.accountId && encodeURIComponent(workersAi.accountId);
  const rows = [
    {
      id: "openai",
      name: "OpenAI",
      key: openai.apiKey,
      ownUrl: OPENAI_URL,
      setUrl: openai.baseUrl,
      defaultModel: "gpt-4o-mini",
    },
    {
      id: "groq",
      name: "Groq",
      key: groq.apiKey,
      ownUrl: GROQ_URL,
      setUrl: groq.baseUrl,
      defaultModel: "openai/gpt-oss-120b",
    },
    {
      id: "workers-ai",
      name: "Workers AI",
      key: workersAi.apiToken,
      ownUrl: account && `https://api.cloudflare.com/client/v4/accounts/${account}/ai/v1`,
      setUrl: workersAi.baseUrl,
      defaultModel: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
    },
  ] as const;
  const named = await Promise.all(
    rows.map(async ({ id, name, key, ownUrl, setUrl, defaultModel }) => {
      const apiKey = key ?? await keyOf(id) ?? undefined;
      const baseUrl = setUrl ?? ownUrl;
      if (!baseUrl || (!apiKey && !setUrl)) return null;
      return {
        id,
        name,
        apiKey,
        baseUrl,
        custom: setUrl !== undefined && setUrl !== ownUrl,
        defaultModel,
      };
    }),
  );
  return named.filter((provider) => provider !== null);
}

/** On its default port when nothing else is said; not looked for where a default model is set or on Deploy. */
async function findOllama(
  ctx: Pick<AppContext, "config" | "fetch" | "clock" | "log">,
  detect: boolean,
): Promise<Provider | null> {
  const { config } = ctx;
  const set = config.providers.ollama.baseUrl;
  const named = set !== undefined || config.defaultModel?.startsWith("ollama/") === true;
  if (!named && (!detect || config.deploy)) return null;
  const baseUrl = openAiPath(set ?? OLLAMA_URL);
  const found = detect ? await askModels(ctx, baseUrl) ?? [] : [];
  if (!named && found.length === 0) return null;
  return {
    id: "ollama",
    name: "Ollama",
    baseUrl,
    custom: true,
    local: true,
    defaultModel: found[0],
    found,
  };
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
