import { assertEquals, assertRejects } from "@std/assert";
import { ManualClock } from "../kernel/core/clock.ts";
import { AppError } from "../kernel/core/errors.ts";
import { seededIds } from "../kernel/core/ids.ts";
import { readEvents } from "../kernel/events/mod.ts";
import { openStore, transact } from "../kernel/kv/mod.ts";
import {
  type Approval,
  listApprovals,
  newApproval,
  requireApproval,
  stageAnswer,
  stageApproval,
  stageApprovalClosed,
  stageExpiry,
} from "./mod.ts";

const WS = "default";

async function world() {
  const clock = new ManualClock();
  const kv = await openStore({ path: ":memory:", clock, log: { warn: () => {} } });
  const ctx = { kv, clock, ids: seededIds() };
  const ask = async (runId: string, more: { expiresInMs?: number } = {}) => {
    const approval = newApproval(ctx, { kind: "tool", runId, question: "Go?", args: 1, ...more });
    await transact(ctx, WS, (tx) => stageApproval(ctx, tx.staged, WS, approval));
    return approval;
  };
  return { ctx, clock, ask, [Symbol.asyncDispose]: () => kv.close() };
}

const idsOf = (page: { items: Approval[] }) => page.items.map((approval) => approval.id);

Deno.test("listApprovals() is empty, then newest first, by status and run", async () => {
  await using w = await world();
  assertEquals(await listApprovals(w.ctx, WS, {}), { items: [], nextCursor: null });
  const [a, b, c] = [await w.ask("run_1"), await w.ask("run_2"), await w.ask("run_1")];
  assertEquals(idsOf(await listApprovals(w.ctx, WS, {})), [c.id, b.id, a.id]);
  assertEquals(idsOf(await listApprovals(w.ctx, WS, { runId: "run_1" })), [c.id, a.id]);
  await transact(w.ctx, WS, (tx) => void stageApprovalClosed(tx.staged, WS, c, w.clock.now()));
  assertEquals(idsOf(await listApprovals(w.ctx, WS, { status: "open" })), [b.id, a.id]);
  assertEquals(idsOf(await listApprovals(w.ctx, WS, { status: "canceled" })), [c.id]);
  assertEquals(idsOf(await listApprovals(w.ctx, WS, { status: "open", runId: "run_1" })), [a.id]);
});

Deno.test("listApprovals() pages at exactly the limit and refuses another list's cursor", async () => {
  await using w = await world();
  const asked = [await w.ask("run_1"), await w.ask("run_1"), await w.ask("run_1")];
  const [a, b, c] = asked.map(({ id }) => id) as [string, string, string];
  assertEquals((await listApprovals(w.ctx, WS, { limit: 3 })).nextCursor, null);
  const first = await listApprovals(w.ctx, WS, { status: "open", limit: 2 });
  assertEquals(idsOf(first), [c, b]);
  const cursor = first.nextCursor!;
  const next = await listApprovals(w.ctx, WS, { status: "open", limit: 2, cursor });
  assertEquals([idsOf(next), next.nextCursor], [[a], null]);
  await assertRejects(() => listApprovals(w.ctx, WS, { cursor }), AppError, "invalid_input");
  const elsewhere = () => listApprovals(w.ctx, "other", { status: "open", cursor });
  await assertRejects(elsewhere, AppError, "invalid_input");
});

Deno.test("stageAnswer() closes the record and tells the run's stream in one commit", async () => {
  await using w = await world();
  const { id } = await w.ask("run_1");
  const input = { decision: "approve" as const };
  const answer = () =>
    transact(
      w.ctx,
      WS,
      (tx) => stageAnswer(tx, { approvalId: id, input, actor: "ada", nowMs: w.clock.now() }),
    );
  await answer();
  assertEquals((await requireApproval(w.ctx, WS, id)).status, "approved");
  const [event] = await readEvents(w.ctx, WS, "run:run_1");
  const { type, approvalId, actor } = JSON.parse(event!.json);
  assertEquals([type, approvalId, actor], ["approval.answered", id, "ada"]);
  await assertRejects(answer, AppError, "conflict");
  assertEquals((await readEvents(w.ctx, WS, "run:run_1")).length, 1);
});

Deno.test("stageAnswer() lets one of two answers at once through", async () => {
  await using w = await world();
  const { id } = await w.ask("run_1");
  const answer = (decision: "approve" | "reject") =>
    transact(w.ctx, WS, (tx) =>
      stageAnswer(tx, {
        approvalId: id,
        input: { decision },
        actor: decision,
        nowMs: w.clock.now(),
      }));
  const results = await Promise.allSettled([answer("approve"), answer("reject")]);
  assertEquals(results.map((r) => r.status).sort(), ["fulfilled", "rejected"]);
  assertEquals((await readEvents(w.ctx, WS, "run:run_1")).length, 1);
});

Deno.test("stageExpiry() does nothing before its time and nothing after an answer", async () => {
  await using w = await world();
  const { id } = await w.ask("run_1", { expiresInMs: 1_000 });
  const expire = () => transact(w.ctx, WS, (tx) => stageExpiry(tx, id, w.clock.now()));
  assertEquals(await expire(), null);
  w.clock.advance(1_000);
  assertEquals((await expire())?.approval.status, "expired");
  assertEquals(await expire(), null);
});

Deno.test("newApproval() shows long arguments by their beginning and binds to all of them", () => {
  const ctx = { clock: new ManualClock(), ids: seededIds() };
  const make = (text: string) =>
    newApproval(ctx, { kind: "tool", runId: "run_1", question: "?", args: { text } });
  const [one, two] = [make("x".repeat(20_000) + "1"), make("x".repeat(20_000) + "2")];
  assertEquals((one.args as { sizeBytes: number }).sizeBytes, 20_012);
  assertEquals(one.args, two.args);
  assertEquals(one.argsDigest === two.argsDigest, false);
});
