import { assertEquals, assertRejects } from "@std/assert";
import { AppError } from "../../kernel/core/errors.ts";
import { openHub } from "../../kernel/events/mod.ts";
import { silentLogger } from "../../kernel/platform/log.ts";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { gatewaySettings } from "../schema.ts";
import { createSettings } from "./settings.ts";

const CHANGE = { workspaceId: "w", actor: "a" };

Deno.test("of() answers from memory once it has read", async () => {
  await using store = await tempStore();
  const settings = createSettings(store);
  assertEquals(await settings.of("w"), gatewaySettings.parse({}));
  assertEquals(settings.of("w") instanceof Promise, false);
});

Deno.test("update() merges, names what is wrong, and counts versions", async () => {
  await using store = await tempStore();
  const settings = createSettings(store);
  await settings.update({ ...CHANGE, patch: { calls: { deadlineMs: 5_000 } } });
  const both = await settings.update({ ...CHANGE, patch: { cache: { exact: false } } });
  assertEquals([both.version, both.changed], [2, {
    calls: { deadlineMs: 5_000 },
    cache: { exact: false },
  }]);
  const wrong = await assertRejects(
    () => settings.update({ ...CHANGE, patch: { calls: { deadlineMs: -1 }, nothing: { a: 1 } } }),
    AppError,
  );
  assertEquals(wrong.fields?.map(({ path }) => path), ["calls.deadlineMs", "nothing"]);
  const back = await settings.update({ ...CHANGE, patch: { calls: null, cache: null } });
  assertEquals([back.changed, (await settings.of("w")).cache.exact], [{}, true]);
});

Deno.test("a change on one instance is taken up by another", async () => {
  await using store = await tempStore();
  const hub = openHub({ ...store, log: silentLogger });
  const [here, there] = [createSettings(store, { hub }), createSettings(store, { hub })];
  assertEquals((await there.of("w")).calls.deadlineMs, 120_000);
  await here.update({ ...CHANGE, patch: { calls: { deadlineMs: 7_000 } } });
  assertEquals((await here.of("w")).calls.deadlineMs, 7_000);
  while ((await there.of("w")).calls.deadlineMs !== 7_000) await store.turn();
  assertEquals((await there.of("other")).calls.deadlineMs, 120_000);
  here.close();
  there.close();
  hub.close();
});
