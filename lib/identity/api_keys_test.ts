import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ManualClock } from "../kernel/core/clock.ts";
import { AppError } from "../kernel/core/errors.ts";
import { ulidIds } from "../kernel/core/ids.ts";
import { publicJson, readEvents } from "../kernel/events/mod.ts";
import { openStore } from "../kernel/kv/mod.ts";
import { silentLogger } from "../kernel/platform/log.ts";
import {
  createApiKey,
  createApiKeys,
  identityKeys,
  listApiKeys,
  requireApiKey,
  revokeApiKey,
} from "./mod.ts";
import type { ApiKeyInput, Role } from "./schema.ts";

const MINUTE_MS = 60_000;

async function setup() {
  const clock = new ManualClock(Date.parse("2030-01-01T00:00:00Z"));
  const kv = await openStore({ path: ":memory:", clock, log: silentLogger });
  const ctx = { kv, clock, ids: ulidIds(() => clock.now()), log: silentLogger };
  const as = (role: Role = "admin", workspaceId = "default") => ({
    workspaceId,
    actor: "key:admin",
    role,
  });
  return {
    ctx,
    clock,
    as,
    keys: createApiKeys(ctx),
    make: (input: Partial<ApiKeyInput> = {}) =>
      createApiKey(ctx, as(), { name: "ci", role: "member", ...input }),
    events: (workspaceId = "default") => readEvents(ctx, workspaceId, "keys", {}),
    [Symbol.asyncDispose]: () => kv.close(),
  };
}

Deno.test("createApiKey() gives a key of 256 random bits and stores none of it", async () => {
  await using at = await setup();
  const { key, token } = await at.make({ role: "agent", agentId: "phoenix" });
  assertMatch(token, /^mst_[\w-]{43}$/);
  assertEquals(token.startsWith(key.hint), true);
  const stored = (await at.events()).map(publicJson);
  for (const { prefix } of identityKeys) {
    for await (const entry of at.ctx.kv.list({ prefix: prefix("default") })) {
      stored.push(JSON.stringify([entry.key, entry.value]));
    }
  }
  assertEquals(stored.filter((text) => text.includes(key.id)).length, 3);
  assertEquals(stored.filter((text) => text.includes(token.slice(8))), []);
});

Deno.test("createApiKey() emits key.created without name or hint", async () => {
  await using at = await setup();
  const { key } = await at.make({ name: "secret project" });
  const text = publicJson((await at.events())[0]!);
  const { type, actor, keyId, role } = JSON.parse(text);
  assertEquals([type, actor, keyId, role], ["key.created", "key:admin", key.id, "member"]);
  assert(!text.includes("secret project") && !text.includes("hint"));
});

Deno.test("createApiKey() refuses a role above one's own and writes nothing", async () => {
  await using at = await setup();
  const denied = createApiKey(at.ctx, at.as("admin"), { name: "x", role: "owner" });
  assertEquals((await assertRejects(() => denied, AppError)).code, "forbidden");
  assertEquals([(await listApiKeys(at.ctx, "default", {})).items, await at.events()], [[], []]);
});

Deno.test("ApiKeys.identify() finds the key, its role and its agent", async () => {
  await using at = await setup();
  const { key, token } = await at.make({ role: "agent", agentId: "phoenix" });
  assertEquals(await at.keys.identify("default", token), key);
});

Deno.test("ApiKeys.identify() knows no other key, and none in another workspace", async () => {
  await using at = await setup();
  const { token } = await at.make();
  const other = token.slice(0, -1) + (token.endsWith("A") ? "B" : "A");
  assertEquals(await at.keys.identify("default", other), null);
  assertEquals(await at.keys.identify("default", token.slice(0, -1)), null);
  assertEquals(await at.keys.identify("elsewhere", token), null);
});

Deno.test("ApiKeys.identify() refuses a key from the moment it expires", async () => {
  await using at = await setup();
  const { token } = await at.make({ expiresAt: "2030-01-01T00:01:00Z" });
  at.clock.advance(MINUTE_MS - 1);
  assert(await at.keys.identify("default", token));
  at.clock.advance(1);
  assertEquals(await at.keys.identify("default", token), null);
});

Deno.test("revokeApiKey() is seen at once by an instance that used the key before", async () => {
  await using at = await setup();
  const elsewhere = createApiKeys(at.ctx);
  const { key, token } = await at.make();
  assert(await elsewhere.identify("default", token));
  const revoked = await revokeApiKey(at.ctx, at.as(), key.id);
  assertEquals(await elsewhere.identify("default", token), null);
  assertEquals([revoked.revokedAt, revoked.revokedBy], ["2030-01-01T00:00:00.000Z", "key:admin"]);
});

Deno.test("revokeApiKey() twice changes nothing and emits one event", async () => {
  await using at = await setup();
  const { key } = await at.make();
  const first = await revokeApiKey(at.ctx, at.as(), key.id);
  at.clock.advance(MINUTE_MS);
  assertEquals(await revokeApiKey(at.ctx, at.as(), key.id), first);
  assertEquals((await at.events()).map(({ type }) => type), ["key.created", "key.revoked"]);
});

Deno.test("revokeApiKey() refuses an admin the key of an owner, and unknown keys", async () => {
  await using at = await setup();
  const { key } = await createApiKey(at.ctx, at.as("owner"), { name: "top", role: "owner" });
  const codes = await Promise.all(
    [key.id, "key_nothing", at.ctx.ids.next("key")].map(async (id) =>
      (await assertRejects(() => revokeApiKey(at.ctx, at.as("admin"), id), AppError)).code
    ),
  );
  assertEquals(codes, ["forbidden", "not_found", "not_found"]);
});

Deno.test("lastUsedAt is written once in five minutes, not with every request", async () => {
  await using at = await setup();
  const { key, token } = await at.make();
  const lastUsed = async () => (await requireApiKey(at.ctx, "default", key.id)).lastUsedAt;
  assertEquals(await lastUsed(), undefined);
  await at.keys.identify("default", token);
  at.clock.advance(4 * MINUTE_MS);
  await at.keys.identify("default", token);
  assertEquals(await lastUsed(), "2030-01-01T00:00:00.000Z");
  at.clock.advance(MINUTE_MS);
  await at.keys.identify("default", token);
  assertEquals(await lastUsed(), "2030-01-01T00:05:00.000Z");
});

Deno.test("listApiKeys() pages newest first: empty, limit and limit + 1", async () => {
  await using at = await setup();
  assertEquals(await listApiKeys(at.ctx, "default", {}), { items: [], nextCursor: null });
  const made = [await at.make({ name: "a" }), await at.make({ name: "b" }), await at.make()];
  const ids = made.map(({ key }) => key.id).reverse();
  const all = await listApiKeys(at.ctx, "default", { limit: 3 });
  assertEquals([all.items.map(({ id }) => id), all.nextCursor], [ids, null]);
  const page = await listApiKeys(at.ctx, "default", { limit: 2 });
  const rest = await listApiKeys(at.ctx, "default", { limit: 2, cursor: page.nextCursor! });
  assertEquals([...page.items, ...rest.items].map(({ id }) => id), ids);
  assertEquals((await listApiKeys(at.ctx, "elsewhere", {})).items, []);
});
