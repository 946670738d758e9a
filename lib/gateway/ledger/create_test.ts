import { assertEquals, assertRejects } from "@std/assert";
import type { ModelInfo } from "../../agents/model_port.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { ManualClock } from "../../kernel/core/clock.ts";
import { ulidIds } from "../../kernel/core/ids.ts";
import { readEvents } from "../../kernel/events/mod.ts";
import { openStore } from "../../kernel/kv/mod.ts";
import { silentLogger } from "../../kernel/platform/log.ts";
import type { CallRecord } from "../calls/schema.ts";
import { createLedger, getUsage, listCalls, listLiveCalls, requireCall } from "./mod.ts";

const WS = "default";
const NOON = Date.UTC(2026, 10, 21, 12);
const UNKNOWN = "call_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2";
const FLAGSHIP = {
  id: "gpt-4o",
  priceInMicrosPerMTok: 2_500_000,
  priceOutMicrosPerMTok: 10_000_000,
} as ModelInfo;

async function world(path = ":memory:") {
  const clock = new ManualClock(NOON);
  const kv = await openStore({ path, clock, log: { warn() {} } });
  const ctx = { kv, clock, log: silentLogger };
  const ids = ulidIds(() => clock.now());
  const ledger = createLedger(ctx, { flagship: () => FLAGSHIP });
  const call = (more: Partial<CallRecord> = {}): CallRecord => ({
    id: `call_${ids.next("job").slice(4)}`,
    workspaceId: WS,
    caller: { id: "key:key_a", keyId: "key_a" },
    operation: "chat",
    requested: "muster/auto",
    model: "llama-3.1-8b-instant",
    provider: "groq",
    tier: "primary",
    stream: false,
    route: "simple",
    cache: "miss",
    status: "running",
    startedAt: clock.now(),
    attempts: [],
    ...more,
  });
  const attempt = {
    model: "llama-3.1-8b-instant",
    provider: "groq",
    startedAt: clock.now(),
    durationMs: 100,
    outcome: "ok",
    reason: "",
    costMicros: 90,
  } as const;
  const done = (more: Partial<CallRecord> = {}): CallRecord =>
    call({
      status: "done",
      endedAt: clock.now(),
      latencyMs: 100,
      usage: { inputTokens: 1_000, outputTokens: 500 },
      usageBy: "provider",
      costMicros: 90,
      attempts: [attempt],
      ...more,
    });
  return { ctx, clock, ledger, call, done, attempt, [Symbol.asyncDispose]: () => kv.close() };
}

Deno.test("a call is live while it runs, then in the list with what it saved", async () => {
  await using w = await world();
  const running = w.call();
  w.ledger.opened(running);
  assertEquals((await listLiveCalls(w.ctx, w.ledger, WS)).map((c) => c.id), [running.id]);
  assertEquals((await requireCall(w.ctx, w.ledger, WS, running.id)).status, "running");
  w.ledger.closed(w.done({ id: running.id }));
  assertEquals(await listLiveCalls(w.ctx, w.ledger, WS), []);
  const { items } = await listCalls(w.ctx, w.ledger, WS, { limit: 10 });
  assertEquals(items.length, 1);
  // 1 000 × $2.50 + 500 × $10 per million is 7 500 µ$.
  assertEquals([items[0]!.costMicros, items[0]!.savedMicros], [90, 7_410]);
  assertEquals(items[0]!.startedAt, "2026-11-21T12:00:00.000Z");
  const error = await assertRejects(() => requireCall(w.ctx, w.ledger, WS, UNKNOWN), AppError);
  assertEquals(error.code, "not_found");
});

Deno.test("listCalls() pages newest first, filters, and keeps to its workspace", async () => {
  await using w = await world();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) {
    const record = w.done({ status: i % 2 ? "failed" : "done" });
    ids.unshift(record.id);
    w.ledger.closed(record);
    if (i === 1) await w.ledger.flush();
  }
  w.ledger.closed(w.done({ workspaceId: "other" }));
  const first = await listCalls(w.ctx, w.ledger, WS, { limit: 3 });
  const second = await listCalls(w.ctx, w.ledger, WS, { limit: 3, cursor: first.nextCursor! });
  assertEquals([...first.items, ...second.items].map((c) => c.id), ids);
  assertEquals(second.nextCursor, null);
  const failed = await listCalls(w.ctx, w.ledger, WS, { limit: 5, status: "failed" });
  assertEquals(failed.items.map((c) => c.id), [ids[1], ids[3]]);
  const cursor = first.nextCursor!;
  await assertRejects(() => listCalls(w.ctx, w.ledger, "other", { limit: 3, cursor }), AppError);
});

Deno.test("every page size finds every call once, and every call by its id", async () => {
  await using w = await world();
  const ids: string[] = [];
  for (let i = 0; i < 150; i++) {
    const record = w.done();
    ids.unshift(record.id);
    w.ledger.closed(record);
    if (i % 7 === 0) await w.ledger.flush();
    w.clock.advance(i % 3);
  }
  for (const limit of [1, 7, 60, 100]) {
    const found: string[] = [];
    let cursor: string | undefined | null;
    while (cursor !== null) {
      const page = await listCalls(w.ctx, w.ledger, WS, { limit, cursor });
      found.push(...page.items.map((call) => call.id));
      cursor = page.nextCursor;
    }
    assertEquals(found, ids);
  }
  for (const id of ids) assertEquals((await requireCall(w.ctx, w.ledger, WS, id)).id, id);
});

Deno.test("getUsage() adds up hours and days, by what is asked", async () => {
  await using w = await world();
  w.ledger.closed(w.done());
  w.ledger.closed(w.done({ cache: "hit", costMicros: 0, latencyMs: 2 }));
  w.clock.advance(3_600_000);
  w.ledger.closed(w.done({
    model: "gpt-4o",
    provider: "openai",
    tier: "flagship",
    costMicros: 7_500,
    attempts: [{ ...w.attempt, outcome: "timeout" }, w.attempt],
  }));
  const refusal = { code: "budget_exhausted", message: "no" };
  w.ledger.closed(w.call({ status: "failed", endedAt: w.clock.now(), error: refusal }));
  const byModel = await getUsage(w.ctx, w.ledger, WS, { by: "model" });
  assertEquals(byModel.groups.map(({ value, sums }) => [value, sums.calls, sums.costMicros]), [
    ["gpt-4o", 1, 7_500],
    ["llama-3.1-8b-instant", 3, 90],
  ]);
  const { calls, refused, cached, retries, costMicros, savedMicros, inputTokens } = byModel.total;
  assertEquals([calls, refused, cached, retries], [4, 1, 1, 1]);
  assertEquals([costMicros, savedMicros, inputTokens], [7_590, 22_500 - 7_590, 3_000]);
  const byTime = await getUsage(w.ctx, w.ledger, WS, { by: "time", from: NOON });
  assertEquals(byTime.groups.map(({ value, sums }) => [value, sums.calls]), [
    ["2026-11-21T12:00:00.000Z", 2],
    ["2026-11-21T13:00:00.000Z", 2],
  ]);
  const days = await getUsage(w.ctx, w.ledger, WS, { by: "key", step: "day", provider: "groq" });
  assertEquals(days.groups.map(({ value, sums }) => [value, sums.calls]), [["key_a", 3]]);
  assertEquals((await getUsage(w.ctx, w.ledger, "other", { by: "model" })).total.calls, 0);
});

Deno.test("percentiles are right to within a tenth", async () => {
  await using w = await world();
  for (let ms = 1; ms <= 1_000; ms++) w.ledger.closed(w.done({ latencyMs: ms }));
  const { latencyMs } = (await getUsage(w.ctx, w.ledger, WS, { by: "tier" })).total;
  const near = (is: number, wanted: number) => Math.abs(is / wanted - 1) <= 0.1;
  assertEquals(latencyMs!.mean, 500.5);
  assertEquals([near(latencyMs!.p50, 500), near(latencyMs!.p95, 950), near(latencyMs!.p99, 990)], [
    true,
    true,
    true,
  ]);
});

Deno.test("calls of one flush share commits, each with one event", async () => {
  await using w = await world();
  const before = w.ctx.kv.stats.commits;
  for (let i = 0; i < 200; i++) w.ledger.closed(w.done());
  await w.ledger.close();
  assertEquals(w.ctx.kv.stats.commits - before, 4);
  const events = await readEvents(w.ctx, WS, "gateway", { limit: 1_000 });
  assertEquals(events.length, 200);
  assertEquals((await getUsage(w.ctx, w.ledger, WS, { by: "model" })).total.calls, 200);
});

Deno.test("what a process wrote before and after a restart adds up", async () => {
  const folder = await Deno.makeTempDir({ prefix: "muster-" });
  for (const calls of [1, 2]) {
    await using w = await world(`${folder}/kv`);
    w.ledger.closed(w.done());
    await w.ledger.close();
    assertEquals((await getUsage(w.ctx, w.ledger, WS, { by: "model" })).total.calls, calls);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a bad range is refused", async () => {
  await using w = await world();
  for (const range of [{ from: NOON, to: NOON }, { from: 0, to: NOON, step: "hour" as const }]) {
    const error = await assertRejects(
      () => getUsage(w.ctx, w.ledger, WS, { by: "model", ...range }),
      AppError,
    );
    assertEquals(error.code, "invalid_input");
  }
});
