/**
 * Muster in front of an independent OpenAI-compatible server: `await using scene = await clientScene(set)`.
 * A client is given `scene.baseURL` and any key, and nothing else about it is changed.
 */
import { type ChatCompletionRequest, LLMock } from "@copilotkit/aimock";
import { type TestApp, testApp, type TestAppOptions } from "../harness/test_app.ts";

export interface ClientScene extends AsyncDisposable {
  readonly app: TestApp;
  readonly server: LLMock;
  /** What a client is told: Muster's address. */
  readonly baseURL: string;
  /** Chat requests as the server behind Muster got them. */
  asked(): ChatCompletionRequest[];
}

/** What every answer of the server reports; 135 µ$ with the prices of gpt-4o-mini. */
export const USAGE = { prompt_tokens: 500, completion_tokens: 100 };
export const CALL_MICROS = 135;

export async function clientScene(
  set: (server: LLMock) => void,
  options: TestAppOptions = {},
): Promise<ClientScene> {
  const server = new LLMock({ port: 0, chunkSize: 8 });
  set(server);
  const url = await server.start();
  // The server's stop waits for connections that are kept open.
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const app = await testApp({
    fetch: (to, init) => fetch(to, { ...init, client } as RequestInit),
    ...options,
    env: {
      OPENAI_BASE_URL: `${url}/v1`,
      OPENAI_API_KEY: "sk-test-0123456789",
      MUSTER_DEFAULT_MODEL: "gpt-4o-mini",
      ...options.env,
    },
  });
  return {
    app,
    server,
    baseURL: `${app.url}/v1`,
    asked: () =>
      server.getRequests().map(({ body }) => body as unknown as ChatCompletionRequest)
        .filter((body) => body?.messages),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      client.close();
      await server.stop();
    },
  };
}

export const HAIKU = "Old pond, a frog leaps in, the sound of water.";
export const CITY = { city: "Bonn", inhabitants: 336_465 };

/** Answers a question about the weather in Bonn by asking for a tool, then with what the tool said. */
export function withWeather(server: LLMock): void {
  server.on({ model: "gpt-4o-mini", userMessage: "weather", hasToolResult: false }, {
    toolCalls: [{ id: "call_w1", name: "get_weather", arguments: '{"city":"Bonn"}' }],
    usage: USAGE,
  });
  server.on({ model: "gpt-4o-mini", userMessage: "weather", hasToolResult: true }, {
    content: "It is 12 degrees in Bonn.",
    usage: USAGE,
  });
}

export function withHaiku(server: LLMock): void {
  server.on({ model: "gpt-4o-mini", userMessage: "haiku" }, { content: HAIKU, usage: USAGE });
}

/** The schema decides: only a request that asks for one gets JSON. */
export function withCity(server: LLMock): void {
  server.on(
    {
      model: "gpt-4o-mini",
      userMessage: "city",
      predicate: ({ response_format }) => response_format?.type === "json_schema",
    },
    { content: JSON.stringify(CITY), usage: USAGE },
  );
}
