import { assert, assertEquals, assertRejects } from "@std/assert";
import { ManualClock } from "../kernel/core/clock.ts";
import { AppError } from "../kernel/core/errors.ts";
import { openStore } from "../kernel/kv/mod.ts";
import { createSecrets, randomBytes } from "../kernel/platform/crypto.ts";
import { silentLogger } from "../kernel/platform/log.ts";
import { secretKey } from "./keys.ts";
import { createKeystore } from "./keystore.ts";

const VALUE = "sk-a-long-enough-secret-1234";

async function setup(masterKey: Uint8Array<ArrayBuffer> | undefined = randomBytes(32)) {
  const clock = new ManualClock(0);
  const kv = await openStore({ path: ":memory:", clock, log: silentLogger });
  const ctx = { kv, clock };
  return {
    ctx,
    keystore: createKeystore(ctx, createSecrets({ masterKey })),
    [Symbol.asyncDispose]: () => kv.close(),
  };
}

Deno.test("Keystore.put() stores no readable secret and shows its end only", async () => {
  await using at = await setup();
  const info = await at.keystore.put("default", "openai", VALUE, "user:local");
  const stored = await at.ctx.kv.get(secretKey("default", "openai"));
  assertEquals(info, { name: "openai", hint: "1234", updatedAt: 0, updatedBy: "user:local" });
  assert(!JSON.stringify(stored.value).includes("long-enough"));
  assertEquals(await at.keystore.list("default"), [info]);
});

Deno.test("Keystore.reveal() opens it in its own workspace only", async () => {
  await using at = await setup();
  await at.keystore.put("default", "openai", VALUE, "user:local");
  assertEquals(await at.keystore.reveal("default", "openai"), VALUE);
  assertEquals(await at.keystore.reveal("other", "openai"), null);
});

Deno.test("Keystore.reveal() refuses a record copied from another name", async () => {
  await using at = await setup();
  await at.keystore.put("default", "openai", VALUE, "user:local");
  const { value } = await at.ctx.kv.get(secretKey("default", "openai"));
  const set = at.ctx.kv.writeSet();
  await at.ctx.kv.submit(set.set(secretKey("default", "groq"), value));
  const error = await assertRejects(() => at.keystore.reveal("default", "groq"), AppError);
  assertEquals(error.code, "keystore_locked");
});

Deno.test("Keystore.delete() removes it", async () => {
  await using at = await setup();
  await at.keystore.put("default", "openai", VALUE, "user:local");
  await at.keystore.delete("default", "openai");
  assertEquals(await at.keystore.list("default"), []);
});

Deno.test("Keystore.put() gives no hint of a short secret", async () => {
  await using at = await setup();
  assertEquals((await at.keystore.put("default", "x", "short", "user:local")).hint, "");
});

for (const [what, name, value] of [["a bad name", "A b", "x"], ["an empty value", "a", ""]]) {
  Deno.test(`Keystore.put() refuses ${what} as invalid_input`, async () => {
    await using at = await setup();
    const put = () => at.keystore.put("default", name!, value!, "user:local");
    assertEquals((await assertRejects(put, AppError)).code, "invalid_input");
  });
}

Deno.test("Keystore.put() is keystore_locked without a master key and stores nothing", async () => {
  await using at = await setup();
  const locked = createKeystore(at.ctx, createSecrets({}));
  const put = () => locked.put("default", "openai", VALUE, "user:local");
  assertEquals((await assertRejects(put, AppError)).code, "keystore_locked");
  assertEquals(await at.keystore.list("default"), []);
});
