import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../../kernel/core/errors.ts";
import { modelsNow } from "./models_now.ts";
import type { ProviderNow } from "./providers_now.ts";
import type { StoredModel } from "./records.ts";
import { type Catalogue, createCatalogue } from "./resolve.ts";

const NOW = Date.parse("2026-11-22");

const groq: ProviderNow = {
  id: "groq",
  name: "Groq",
  own: false,
  enabled: true,
  baseUrl: "https://api.groq.com/openai/v1",
  apiKey: "k",
  keyFrom: "environment",
  custom: false,
  local: false,
  trusted: true,
  fronted: false,
  defaultModel: "openai/gpt-oss-120b",
  found: [],
};
const own: ProviderNow = {
  ...groq,
  id: "openai",
  name: "OpenAI",
  custom: true,
  defaultModel: "gpt-4o-mini",
};
const ollama: ProviderNow = {
  ...groq,
  id: "ollama",
  name: "Ollama",
  custom: true,
  local: true,
  defaultModel: "llama3.2",
  found: ["llama3.2", "qwen3"],
};

function catalogue(
  providers: readonly ProviderNow[],
  configured?: string,
  stored: readonly StoredModel[] = [],
): Catalogue {
  const models = modelsNow({ providers, stored, priceStaleDays: 90, now: NOW });
  return createCatalogue(providers, models, configured);
}

function changed(id: string, changes: StoredModel["changes"], provider?: string): StoredModel {
  return { v: 1, id, version: 1, updatedAt: NOW, updatedBy: "a", changes, provider };
}

const refusal = (work: () => unknown) => assertThrows(work, AppError);

Deno.test("createCatalogue() takes the offline model when there is no server", () => {
  assertEquals(catalogue([]).standard.id, "muster/offline");
});

Deno.test("createCatalogue() lists only what a server says it has, and prefers a model with a price", () => {
  const open = catalogue([{ ...own, found: ["gpt-4", "gpt-4o"] }]);
  assertEquals(open.usable.map(({ id }) => id), ["gpt-4o", "gpt-4", "muster/offline"]);
  assertEquals(open.find("gpt-4o-mini").priced, true);
  const foreign = catalogue([{ ...own, found: ["qwen", "phi"] }]);
  assertEquals(foreign.usable.map(({ id }) => id), ["qwen", "phi", "muster/offline"]);
});

Deno.test("createCatalogue() prefers what is configured, then a server with a key, then Ollama", () => {
  assertEquals(catalogue([groq, ollama], "muster/offline").standard.id, "muster/offline");
  assertEquals(catalogue([groq, ollama]).standard.id, "openai/gpt-oss-120b");
  assertEquals(catalogue([ollama]).standard.id, "llama3.2");
  assertEquals(catalogue([own], "somebody/new-model").standard.provider, "openai");
});

Deno.test("find() knows ids, provider prefixes, and models the catalogue does not offer", () => {
  const open = catalogue([groq, ollama, own]);
  assertEquals(open.find("qwen/qwen3-32b").provider, "groq");
  assertEquals(open.find("groq/llama-3.1-8b-instant").id, "llama-3.1-8b-instant");
  assertEquals(open.find("ollama/qwen3").tier, "local");
  assertEquals(open.find("openai/somebody-new").priced, false);
  assertEquals(open.find("text-embedding-3-small").capabilities, ["embeddings"]);
  assertEquals(open.find("gpt-4o-2024-08-06").priceInMicrosPerMTok, 2_500_000);
});

Deno.test("find() refuses unknown models and those of servers without a key", () => {
  for (const id of ["gpt-4o", "nobody/knows", "muster/unknown", ""]) {
    const error = refusal(() => catalogue([groq]).find(id));
    assertEquals([error.code, error.data?.code], ["invalid_input", "model_not_found"]);
  }
  refusal(() => catalogue([], "gpt-4o"));
  refusal(() => catalogue([own]).find("somebody/new-model"));
});

Deno.test("a workspace's price, tier and disabling hold in place of what is built in", () => {
  const open = catalogue([groq], undefined, [
    changed("llama-3.1-8b-instant", { priceInMicrosPerMTok: 40_000, asOf: "2026-11-01" }),
    changed("qwen/qwen3-32b", { enabled: false }),
  ]);
  const cheap = open.find("llama-3.1-8b-instant");
  assertEquals([cheap.priceInMicrosPerMTok, cheap.priceOutMicrosPerMTok], [40_000, 80_000]);
  assertEquals(open.usable.some(({ id }) => id === "qwen/qwen3-32b"), false);
  refusal(() => open.find("qwen/qwen3-32b"));
  refusal(() => open.find("groq/qwen/qwen3-32b"));
});

Deno.test("a price older than the workspace trusts says that it is stale", () => {
  const old = changed("gpt-4o", { asOf: "2026-08-01", priceInMicrosPerMTok: 2_000_000 });
  assertEquals(catalogue([own], undefined, [old]).find("gpt-4o").stale, true);
  assertEquals(catalogue([own]).find("gpt-4o").stale, undefined);
  assertEquals(catalogue([own]).find("text-embedding-3-small").stale, true);
});

Deno.test("a model of one's own belongs to its provider and keeps its upstream name", () => {
  const mine = changed("mine", { upstreamId: "real-name", tier: "flagship" }, "groq");
  const info = catalogue([groq], undefined, [mine]).find("mine");
  assertEquals([info.provider, info.upstreamId, info.tier, info.priced], [
    "groq",
    "real-name",
    "flagship",
    false,
  ]);
});

Deno.test("a server's model with a name another provider has gets its provider's in front", () => {
  const open = catalogue([groq, { ...ollama, found: ["llama-3.1-8b-instant"] }]);
  assertEquals(open.find("llama-3.1-8b-instant").provider, "groq");
  const local = open.find("ollama/llama-3.1-8b-instant");
  assertEquals([local.provider, local.upstreamId], ["ollama", "llama-3.1-8b-instant"]);
});
