import { assert, assertEquals, assertThrows } from "@std/assert";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { readEvents } from "../../kernel/events/mod.ts";
import type { RunEvent } from "../events.ts";
import { ownKey } from "../keys.ts";
import { RunWriter } from "./writer.ts";

const thought = (text: string): RunEvent => ({
  type: "step.thought",
  at: "2026-01-01T00:00:00.000Z",
  actor: "system",
  stepId: "step_1",
  text,
});

for (const text of ["x".repeat(70_000), "漢".repeat(13_000)]) {
  Deno.test(`emit() refuses ${text.length} × "${text[0]}" and stages nothing of it`, async () => {
    await using store = await tempStore();
    const fence = { key: ownKey("w", "run_1"), version: undefined };
    const writer = new RunWriter(store.kv, "w", "run:run_1", fence, (error) => {
      throw error;
    });
    writer.emit(thought("before"));
    const error = assertThrows(() => writer.emit(thought(text)), AppError);
    writer.emit(thought("after"));
    await writer.flush();
    const events = await readEvents(store, "w", "run:run_1", { limit: 10 });
    assertEquals([error.code, events.map(({ json }) => JSON.parse(json).text)], [
      "payload_too_large",
      ["before", "after"],
    ]);
  });
}

Deno.test("emit() cuts what is long together into several commits", async () => {
  await using store = await tempStore();
  const key = ownKey("w", "run_1");
  const owned = await store.kv.submit(store.kv.writeSet("run").set(key, { v: 1 }));
  assert(owned.ok);
  const fence = { key, version: owned.versionstamp };
  const writer = new RunWriter(store.kv, "w", "run:run_1", fence, () => {});
  for (let i = 0; i < 6; i++) writer.emit(thought("漢".repeat(10_000)), { part: i });
  await writer.flush();
  assertEquals((await readEvents(store, "w", "run:run_1", { limit: 10 })).length, 6);
});
