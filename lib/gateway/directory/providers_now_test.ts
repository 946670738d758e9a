import { assertEquals } from "@std/assert";
import { systemClock } from "../../kernel/core/clock.ts";
import { readConfig } from "../../kernel/platform/config.ts";
import { silentLogger } from "../../kernel/platform/log.ts";
import { ProbeMemory } from "./probe.ts";
import { type ProviderNow, providersNow } from "./providers_now.ts";
import type { StoredProvider } from "./records.ts";
import { directorySettings } from "./schema.ts";

const FRONT = "https://gateway.ai.cloudflare.com/v1/acc/gw";

interface World {
  readonly env?: Record<string, string>;
  readonly stored?: readonly StoredProvider[];
  readonly secrets?: Readonly<Record<string, string>>;
  readonly aiGatewayUrl?: string;
  /** Models by base URL. */
  readonly servers?: Readonly<Record<string, readonly string[]>>;
}

async function providersOf(world: World): Promise<Record<string, ProviderNow>> {
  const asked = (url: string | URL) => {
    const models = world.servers?.[String(url).replace(/\/models$/, "")];
    return models
      ? Promise.resolve(Response.json({ data: models.map((id) => ({ id })) }))
      : Promise.reject(new Error("nobody there"));
  };
  const ctx = { fetch: asked, clock: systemClock, log: silentLogger };
  const found = await providersNow({ config: readConfig(world.env ?? {}) }, {
    stored: world.stored ?? [],
    keyOf: (id) => Promise.resolve(world.secrets?.[id] ?? null),
    probes: new ProbeMemory(ctx),
    settings: directorySettings.parse({ aiGatewayUrl: world.aiGatewayUrl ?? "" }),
  });
  return Object.fromEntries(found.map((provider) => [provider.id, provider]));
}

function changed(id: string, changes: StoredProvider["changes"], own = false): StoredProvider {
  return { v: 1, id, version: 1, updatedAt: 0, updatedBy: "a", own, changes };
}

Deno.test("providersNow() says of each built-in provider why it cannot be used", async () => {
  const providers = await providersOf({});
  const problems = Object.values(providers).map(({ id, problem }) => [id, problem]);
  assertEquals(problems, [
    ["openai", "has no key"],
    ["groq", "has no key"],
    ["workers-ai", "has no address; set its account or base URL"],
    ["ollama", "was not found on its local port"],
  ]);
});

Deno.test("providersNow() finds Ollama on its local port, unless a default model is configured", async () => {
  const servers = { "http://127.0.0.1:11434/v1": ["llama3.2", "nomic-embed"] };
  const { ollama } = await providersOf({ servers });
  assertEquals([ollama!.problem, ollama!.found, ollama!.local], [undefined, ["llama3.2"], true]);
  const env = { MUSTER_DEFAULT_MODEL: "muster/offline" };
  assertEquals((await providersOf({ servers, env })).ollama!.found, []);
});

Deno.test("an AI Gateway stands in front of every provider at its own address, with its token", async () => {
  const providers = await providersOf({
    env: {
      OPENAI_API_KEY: "a",
      GROQ_API_KEY: "b",
      GROQ_BASE_URL: "https://groq.example/v1",
      CLOUDFLARE_ACCOUNT_ID: "acc",
      CLOUDFLARE_API_TOKEN: "c",
    },
    secrets: { "ai-gateway": "t" },
    stored: [
      changed(
        "mine",
        { baseUrl: "https://mine.example/v1", aiGatewayPath: "custom-mine/v1" },
        true,
      ),
    ],
    aiGatewayUrl: FRONT,
  });
  const urls = Object.values(providers).map(({ id, baseUrl }) => [id, baseUrl]);
  assertEquals(urls, [
    ["openai", `${FRONT}/openai`],
    ["groq", "https://groq.example/v1"],
    ["workers-ai", `${FRONT}/workers-ai/v1`],
    ["ollama", undefined],
    ["mine", `${FRONT}/custom-mine/v1`],
  ]);
  assertEquals(providers.openai!.headers, { "cf-aig-authorization": "Bearer t" });
  assertEquals([providers.groq!.headers, providers.groq!.fronted], [undefined, false]);
});

Deno.test("only addresses the operator set are trusted; one of the workspace's own goes through the guard", async () => {
  const { openai, mine, home } = await providersOf({
    env: { OPENAI_API_KEY: "a", OPENAI_BASE_URL: "http://10.0.0.1/v1" },
    stored: [
      changed("mine", { baseUrl: "https://mine.example/v1" }, true),
      changed("home", { baseUrl: "http://127.0.0.1:1/v1", allowPrivate: true }, true),
    ],
  });
  assertEquals([openai!.trusted, mine!.trusted, home!.trusted], [true, false, true]);
});

Deno.test("the environment's key stays with the environment's origin", async () => {
  const stored = [changed("openai", { baseUrl: "https://elsewhere.example/v1" })];
  const env = { OPENAI_API_KEY: "a" };
  const away = (await providersOf({ env, stored })).openai!;
  assertEquals([away.apiKey, away.keyFrom, away.trusted], [undefined, "none", false]);
  const given = (await providersOf({ env, stored, secrets: { openai: "mine" } })).openai!;
  assertEquals([given.apiKey, given.keyFrom], ["mine", "keystore"]);
  const path = [changed("openai", { baseUrl: "https://api.openai.com/v2" })];
  assertEquals((await providersOf({ env, stored: path })).openai!.apiKey, "a");
});
