/** The whole program on a free port, over a store of its own: `await using app = await testApp()`. */
import { builtInAgents, builtInTools } from "../../lib/agents/mod.ts";
import { type App, type AppOverrides, createApp } from "../../lib/app.ts";
import { readConfig } from "../../lib/kernel/platform/config.ts";
import { silentLogger } from "../../lib/kernel/platform/log.ts";
import { createRoutes } from "../../routes/mod.ts";

/** `agents` and `tools` are added to the built-in ones. */
export interface TestAppOptions extends AppOverrides {
  /** Variables beside `MUSTER_DEFAULT_MODEL=muster/offline`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default `memory`. A file lies in a folder that goes with the app, unless `path` names one. */
  readonly kv?: "memory" | "file";
  readonly path?: string;
}

export interface TestApp extends App, AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly kvPath: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Sends JSON and gives the parsed answer; fails with the problem unless the answer is 2xx. */
  json<T>(method: string, path: string, body?: unknown): Promise<T>;
}

export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { env, kv, path, agents = [], tools = [], ...overrides } = options;
  const folder = kv === "file" && !path ? await Deno.makeTempDir({ prefix: "muster-test-" }) : null;
  const kvPath = path ?? (folder ? `${folder}/muster.kv` : ":memory:");
  const config = readConfig({
    MUSTER_DEFAULT_MODEL: "muster/offline",
    MUSTER_KV: kvPath,
    PORT: "0",
    ...env,
  });
  const app = await createApp(config, {
    log: silentLogger,
    agents: new Map([...builtInAgents(), ...agents]),
    tools: new Map([...builtInTools(), ...tools]),
    ...overrides,
  });
  const http = createRoutes(app);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request, info) => http.fetch(request, info),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const request = (to: string, init?: RequestInit) => fetch(url + to, init);
  return {
    ...app,
    url,
    kvPath,
    fetch: request,
    json: <T>(method: string, to: string, body?: unknown) => sendJson<T>(request, method, to, body),
    async [Symbol.asyncDispose]() {
      await app.drain(2_000);
      await server.shutdown();
      if (folder) await Deno.remove(folder, { recursive: true });
    },
  };
}

async function sendJson<T>(
  request: TestApp["fetch"],
  method: string,
  path: string,
  body: unknown,
): Promise<T> {
  const response = await request(path, {
    method,
    ...(body !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}
