/** Providers that are built in: their own addresses, what the environment says of them, and their usual model. */
import type { Config } from "../../kernel/platform/config.ts";

export interface ProviderRow {
  readonly id: string;
  /** As messages call it. */
  readonly name: string;
  /** Its own address; absent while its account is not known. */
  readonly ownUrl?: string;
  /** Address from the environment. */
  readonly setUrl?: string;
  /** Key from the environment. */
  readonly envKey?: string;
  /** The model taken when none is named. */
  readonly defaultModel?: string;
  /** Its place behind an AI Gateway. */
  readonly aiGatewayPath?: string;
  /** Answers without a key. */
  readonly keyless: boolean;
  readonly found: readonly string[];
}

export const OLLAMA_URL = "http://127.0.0.1:11434/v1";

/** In the order in which they are preferred; Ollama is found apart. */
export function builtInRows(config: Config): ProviderRow[] {
  const { openai, groq, workersAi } = config.providers;
  const account = workersAi.accountId && encodeURIComponent(workersAi.accountId);
  return [
    {
      id: "openai",
      name: "OpenAI",
      ownUrl: "https://api.openai.com/v1",
      setUrl: openai.baseUrl,
      envKey: openai.apiKey,
      defaultModel: "gpt-4o-mini",
      aiGatewayPath: "openai",
      keyless: false,
      found: [],
    },
    {
      id: "groq",
      name: "Groq",
      ownUrl: "https://api.groq.com/openai/v1",
      setUrl: groq.baseUrl,
      envKey: groq.apiKey,
      defaultModel: "openai/gpt-oss-120b",
      aiGatewayPath: "groq",
      keyless: false,
      found: [],
    },
    {
      id: "workers-ai",
      name: "Workers AI",
      ownUrl: account && `https://api.cloudflare.com/client/v4/accounts/${account}/ai/v1`,
      setUrl: workersAi.baseUrl,
      envKey: workersAi.apiToken,
      defaultModel: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
      aiGatewayPath: "workers-ai/v1",
      keyless: false,
      found: [],
    },
  ];
}

/** Ollama is often named without the path under which it speaks this protocol. */
export function openAiPath(url: string): string {
  return new URL(url).pathname === "/" ? `${url.replace(/\/+$/, "")}/v1` : url;
}

/** The name of the AI Gateway's own token in the keystore; it stands in front of providers and is none. */
export const AI_GATEWAY = "ai-gateway";

export const BUILT_IN_PROVIDERS: ReadonlySet<string> = new Set([
  AI_GATEWAY,
  "openai",
  "groq",
  "workers-ai",
  "ollama",
  "offline",
]);
