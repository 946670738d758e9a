import { assertEquals } from "@std/assert";
import { decideAdvance, decidePost, titleFrom } from "./decide.ts";
import type { Session } from "./schema.ts";

const idle: Session = {
  id: "ses_1",
  title: "T",
  policy: "enqueue",
  status: "idle",
  queuedRunIds: [],
  version: 1,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
};
const busy: Session = { ...idle, status: "busy", activeRunId: "run_1", queuedRunIds: ["run_2"] };

Deno.test("decidePost() starts at once in an idle session whatever its policy", () => {
  assertEquals(decidePost({ ...idle, policy: "reject" }), { kind: "start" });
});

Deno.test("decidePost() follows the policy of a busy session", () => {
  assertEquals(decidePost(busy), { kind: "wait", first: false });
  assertEquals(decidePost({ ...busy, policy: "reject" }).kind, "refuse");
  const interrupt = decidePost({ ...busy, policy: "interrupt" });
  assertEquals(interrupt, { kind: "replace", runId: "run_1", takeBack: false });
  const rollback = decidePost({ ...busy, policy: "rollback" });
  assertEquals(rollback, { kind: "replace", runId: "run_1", takeBack: true });
});

Deno.test("decidePost() refuses the fifty-first waiting message", () => {
  const full = { ...busy, queuedRunIds: Array.from({ length: 50 }, (_, i) => `run_${i}`) };
  assertEquals(decidePost(full).kind, "refuse");
});

Deno.test("decideAdvance() starts the next message, then goes idle", () => {
  const next = decideAdvance(busy, "run_1")!;
  assertEquals(next.startRunId, "run_2");
  assertEquals([next.session.activeRunId, next.session.queuedRunIds], ["run_2", []]);
  const done = decideAdvance(next.session, "run_2")!;
  assertEquals(done.startRunId, null);
  assertEquals([done.session.status, done.session.activeRunId], ["idle", undefined]);
});

Deno.test("decideAdvance() drops a waiting run that was canceled and ignores strangers", () => {
  assertEquals(decideAdvance(busy, "run_2")!.session.queuedRunIds, []);
  assertEquals(decideAdvance(busy, "run_9"), null);
});

Deno.test("titleFrom() takes the first line and cuts at a word", () => {
  assertEquals(titleFrom("  Compare three\nways "), "Compare three");
  const title = titleFrom(
    "Compare three ways to store an append-only event log in a key-value store",
  );
  assertEquals(title, "Compare three ways to store an append-only event log in a…");
});
