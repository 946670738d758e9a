import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../kernel/core/errors.ts";
import { catalogueModels } from "./catalogue.ts";
import type { Provider } from "./providers.ts";
import { createDirectory } from "./resolve.ts";

const groq: Provider = {
  id: "groq",
  name: "Groq",
  baseUrl: "https://api.groq.com/openai/v1",
  apiKey: "k",
  custom: false,
  local: false,
  defaultModel: "openai/gpt-oss-120b",
  found: [],
};
const own: Provider = {
  ...groq,
  id: "openai",
  name: "OpenAI",
  custom: true,
  defaultModel: "gpt-4o-mini",
  found: [],
};
const ollama: Provider = {
  ...groq,
  id: "ollama",
  name: "Ollama",
  custom: true,
  local: true,
  defaultModel: "llama3.2",
  found: ["llama3.2", "qwen3"],
};

Deno.test("catalogueModels() has ten dated models in three tiers, and the demonstration", () => {
  const models = catalogueModels();
  assertEquals(models.length, 11);
  const tiers = ["primary", "edge", "flagship", "demo"].map((tier) =>
    models.filter((model) => model.tier === tier).length
  );
  assertEquals(tiers, [5, 3, 2, 1]);
  assertEquals(models.find((model) => model.id === "gpt-4o")?.priceInMicrosPerMTok, 2_500_000);
});

Deno.test("createDirectory() takes the offline model when there is no server", () => {
  assertEquals(createDirectory([], undefined).resolve().id, "muster/offline");
  assertEquals(createDirectory([], undefined).resolve("muster/best").id, "muster/offline");
});

Deno.test("createDirectory() lists only what a server says it has, and prefers a model with a price", () => {
  const server: Provider = { ...own, found: ["gpt-4", "gpt-4o"] };
  const directory = createDirectory([server], undefined);
  assertEquals(directory.list().map(({ id }) => id), ["gpt-4o", "gpt-4", "muster/offline"]);
  assertEquals(directory.resolve("gpt-4o-mini").priced, true);
  assertEquals(directory.resolve("openai/gpt-4o-mini").priced, true);
  const foreign = createDirectory([{ ...own, found: ["qwen", "phi"] }], undefined);
  assertEquals(foreign.list().map(({ id }) => id), ["qwen", "phi", "muster/offline"]);
});

Deno.test("createDirectory() prefers what is configured, then a server with a key, then Ollama", () => {
  assertEquals(createDirectory([groq, ollama], "muster/offline").resolve().id, "muster/offline");
  assertEquals(createDirectory([groq, ollama], undefined).resolve().id, "openai/gpt-oss-120b");
  assertEquals(createDirectory([ollama], undefined).resolve().id, "llama3.2");
  assertEquals(createDirectory([groq], "muster/fast").resolve().id, "openai/gpt-oss-20b");
});

Deno.test("resolve() finds ids, provider prefixes and virtual names", () => {
  const directory = createDirectory([groq, ollama], undefined);
  assertEquals(directory.resolve("qwen/qwen3-32b").provider, "groq");
  assertEquals(directory.resolve("groq/llama-3.1-8b-instant").id, "llama-3.1-8b-instant");
  assertEquals(directory.resolve("ollama/qwen3").tier, "local");
  assertEquals(directory.resolve("muster/cheap").provider, "ollama");
  assertEquals(directory.list()[0]?.id, "openai/gpt-oss-120b");
});

Deno.test("resolve() accepts any model of a custom base URL and says that it has no price", () => {
  const model = createDirectory([own], undefined).resolve("somebody/new-model");
  assertEquals([model.provider, model.priced, model.priceOutMicrosPerMTok], ["openai", false, 0]);
});

Deno.test("resolve() refuses unknown models and those of servers without a key", () => {
  const directory = createDirectory([groq], undefined);
  for (const id of ["gpt-4o", "nobody/knows", "muster/unknown", ""]) {
    const error = assertThrows(() => directory.resolve(id), AppError);
    assertEquals([error.code, error.fields?.[0]?.path], ["invalid_input", "model"]);
  }
  assertThrows(() => createDirectory([], "gpt-4o"), AppError, "invalid_input");
});
