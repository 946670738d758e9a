import { assert, assertEquals, assertRejects } from "@std/assert";
import { createKeystore } from "../../identity/mod.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { openHub } from "../../kernel/events/mod.ts";
import { readConfig } from "../../kernel/platform/config.ts";
import { createSecrets } from "../../kernel/platform/crypto.ts";
import { silentLogger } from "../../kernel/platform/log.ts";
import { type TempStore, tempStore } from "../../../tests/harness/temp_store.ts";
import { createSettings } from "../settings/mod.ts";
import { createDirectory } from "./directory.ts";
import { providerKey } from "./keys.ts";
import { newModel, newProvider } from "./schema.ts";

const WS = "default";
const CHANGE = { workspaceId: WS, actor: "key:admin" };
const KEY = "gsk-0123456789abcdef0123";

/** One instance over the store; all share one hub, as two of one process would through the channel. */
function instance(store: TempStore, hub: ReturnType<typeof openHub>, env = {}) {
  const config = readConfig({ MUSTER_DEFAULT_MODEL: "muster/offline", ...env });
  const fetch = () => Promise.reject(new Error("no network here"));
  const ctx = { ...store, config, fetch, log: silentLogger };
  const secrets = createSecrets({ masterKey: new Uint8Array(32) });
  return createDirectory(ctx, {
    hub,
    settings: createSettings(ctx, { hub }),
    keystore: createKeystore(ctx, secrets),
  });
}

Deno.test("what one instance is told of providers and models, another knows", async () => {
  await using store = await tempStore();
  const hub = openHub({ ...store, log: silentLogger });
  const [here, there] = [instance(store, hub), instance(store, hub)];
  await Promise.all([here.ready(WS), there.ready(WS)]);
  assertEquals(there.list(WS).map(({ id }) => id), ["muster/offline"]);
  await here.updateProvider(CHANGE, "groq", { apiKey: KEY });
  assertEquals(here.connection(WS, "groq")?.apiKey, KEY);
  while (!there.connection(WS, "groq")) {
    await store.turn();
    await there.ready(WS);
  }
  assertEquals(there.resolve(WS, "llama-3.1-8b-instant").provider, "groq");
  await here.updateModel(CHANGE, "llama-3.1-8b-instant", { enabled: false });
  while (there.list(WS).some(({ id }) => id === "llama-3.1-8b-instant")) {
    await store.turn();
    await there.ready(WS);
  }
  here.close();
  there.close();
  hub.close();
});

Deno.test("a change keeps no key in the record or in an event, and says who made it", async () => {
  await using store = await tempStore();
  const hub = openHub({ ...store, log: silentLogger });
  const directory = instance(store, hub);
  await directory.ready(WS);
  const input = newProvider.parse({ id: "mine", baseUrl: "https://mine.example/v1/", apiKey: KEY });
  await directory.createProvider(CHANGE, input);
  const { value } = await store.kv.get<{ changes: unknown; updatedBy: string }>(
    providerKey(WS, "mine"),
  );
  assertEquals([JSON.stringify(value).includes(KEY), value!.updatedBy], [false, "key:admin"]);
  for await (const event of hub.followEvents(WS, "gateway")) {
    const text = JSON.stringify(event);
    assertEquals([event.type, text.includes("mine"), text.includes(KEY)], [
      "provider.updated",
      true,
      false,
    ]);
    break;
  }
  assertEquals(directory.connection(WS, "mine"), {
    id: "mine",
    name: "mine",
    baseUrl: "https://mine.example/v1",
    apiKey: KEY,
    local: false,
    custom: true,
    trusted: false,
  });
  directory.close();
  hub.close();
});

Deno.test("a model needs a provider, both parts of a price, and an answer that fits its context", async () => {
  await using store = await tempStore();
  const hub = openHub({ ...store, log: silentLogger });
  const directory = instance(store, hub);
  await directory.ready(WS);
  const refused = async (input: Record<string, unknown>) => {
    const model = newModel.parse({ id: "m", provider: "groq", ...input });
    const error = await assertRejects(() => directory.createModel(CHANGE, model), AppError);
    return error.fields?.[0]?.path ?? error.code;
  };
  assertEquals(await refused({ provider: "nobody" }), "provider");
  assertEquals(await refused({ priceInMicrosPerMTok: 1 }), "priceOutMicrosPerMTok");
  assertEquals(await refused({ contextTokens: 10, maxOutputTokens: 20 }), "maxOutputTokens");
  assertEquals(await refused({ id: "gpt-4o" }), "conflict");
  const today = new Date().toISOString().slice(0, 10);
  const priced = { priceInMicrosPerMTok: 1, priceOutMicrosPerMTok: 2 };
  await directory.createModel(CHANGE, newModel.parse({ id: "m", provider: "groq", ...priced }));
  const { info } = (await directory.now(WS)).models.find((model) => model.info.id === "m")!;
  assert(info.priced && info.asOf! >= today);
  directory.close();
  hub.close();
});

Deno.test("a default model that cannot be used stops the start", async () => {
  await using store = await tempStore();
  const hub = openHub({ ...store, log: silentLogger });
  const directory = instance(store, hub, { MUSTER_DEFAULT_MODEL: "gpt-4o" });
  const error = await assertRejects(async () => await directory.ready(WS), AppError);
  assertEquals(error.code, "invalid_input");
  hub.close();
});
