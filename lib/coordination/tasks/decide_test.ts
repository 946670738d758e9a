import { assertEquals } from "@std/assert";
import {
  decideClaim,
  decideComplete,
  decideDelete,
  decidePatch,
  decideRelease,
  decideStart,
  holderOf,
} from "./decide.ts";
import type { Task, TaskStatus } from "./schema.ts";

const held = (status: TaskStatus, assignee?: string) => ({ id: "t", status, assignee });
const task = (status: TaskStatus, assignee?: string): Task => ({
  ...held(status, assignee),
  title: "T",
  createdBy: "boss",
  priority: "medium",
  tags: [],
  files: [],
  dependsOn: [],
  createdAt: "2026-11-21T00:00:00.000Z",
  updatedAt: "2026-11-21T00:00:00.000Z",
  version: 1,
});

/** `claim` only from `todo` with no other assignee, else a conflict naming the assignee. */
const CLAIMS: [TaskStatus, string | undefined, "allow" | "conflict", string?][] = [
  ["todo", undefined, "allow"],
  ["todo", "me", "allow"],
  ["todo", "other", "conflict", "other"],
  ["in-progress", undefined, "conflict"],
  ["in-progress", "me", "conflict", "me"],
  ["in-progress", "other", "conflict", "other"],
  ["blocked", undefined, "conflict"],
  ["blocked", "me", "conflict", "me"],
  ["done", undefined, "conflict"],
  ["done", "other", "conflict", "other"],
];
for (const [status, assignee, expected, named] of CLAIMS) {
  Deno.test(`decideClaim() of a ${status} task of ${assignee ?? "nobody"}: ${expected}`, () => {
    const decision = decideClaim(held(status, assignee), "me", []);
    assertEquals(decision.kind === "allow" ? "allow" : decision.code, expected);
    assertEquals(decision.kind === "deny" ? decision.extension.assignee : undefined, named);
  });
}

Deno.test("decideClaim() with unfinished dependencies is a conflict naming them", () => {
  const decision = decideClaim(held("todo"), "me", ["a", "b"]);
  assertEquals(decision, {
    kind: "deny",
    code: "conflict",
    reason: 'Task "t" waits for "a", "b"; finish them first',
    extension: { taskStatus: "todo", dependsOn: ["a", "b"] },
  });
});

Deno.test("decideClaim() names the assignee before the dependencies", () => {
  const decision = decideClaim(held("todo", "other"), "me", ["a"]);
  assertEquals(decision.kind === "deny" && decision.extension, {
    assignee: "other",
    taskStatus: "todo",
  });
});

Deno.test("decideStart() holds back what waits for one task, and says which", () => {
  assertEquals(decideStart(held("todo"), []).kind, "allow");
  const decision = decideStart(held("blocked"), ["a"]);
  assertEquals(
    decision.kind === "deny" && decision.reason,
    'Task "t" waits for "a"; finish it first',
  );
});

/** Releasing what another holds: 403. */
const RELEASES: [TaskStatus, string | undefined, "allow" | "conflict" | "forbidden"][] = [
  ["in-progress", "me", "allow"],
  ["in-progress", undefined, "allow"],
  ["in-progress", "other", "forbidden"],
  ["blocked", "me", "allow"],
  ["todo", "me", "allow"],
  ["todo", undefined, "conflict"],
  ["blocked", undefined, "conflict"],
  ["done", "me", "conflict"],
  ["done", "other", "forbidden"],
];
for (const [status, assignee, expected] of RELEASES) {
  Deno.test(`decideRelease() of a ${status} task of ${assignee ?? "nobody"}: ${expected}`, () => {
    const decision = decideRelease(held(status, assignee), "me");
    assertEquals(decision.kind === "allow" ? "allow" : decision.code, expected);
  });
}

const COMPLETIONS: [TaskStatus, string | undefined, "allow" | "conflict"][] = [
  ["in-progress", "me", "allow"],
  ["in-progress", undefined, "allow"],
  ["in-progress", "other", "conflict"],
  ["blocked", "me", "allow"],
  ["blocked", undefined, "conflict"],
  ["todo", "me", "conflict"],
  ["todo", undefined, "conflict"],
  ["done", "me", "conflict"],
];
for (const [status, assignee, expected] of COMPLETIONS) {
  Deno.test(`decideComplete() of a ${status} task of ${assignee ?? "nobody"}: ${expected}`, () => {
    const decision = decideComplete(held(status, assignee), "me");
    assertEquals(decision.kind === "allow" ? "allow" : decision.code, expected);
  });
}

const DELETIONS: [string, TaskStatus, string | undefined, "allow" | "conflict" | "forbidden"][] = [
  ["boss", "todo", undefined, "allow"],
  ["boss", "in-progress", "other", "conflict"],
  ["boss", "done", "other", "allow"],
  ["me", "in-progress", "me", "allow"],
  ["me", "todo", undefined, "forbidden"],
  ["me", "in-progress", "other", "forbidden"],
];
for (const [agentId, status, assignee, expected] of DELETIONS) {
  const whose = assignee ?? "nobody";
  Deno.test(`decideDelete() by ${agentId} of the boss's ${status} task of ${whose}: ${expected}`, () => {
    const decision = decideDelete(task(status, assignee), agentId);
    assertEquals(decision.kind === "allow" ? "allow" : decision.code, expected);
  });
}

Deno.test("decidePatch() takes assignee together with in-progress for a claim, unless it is so already", () => {
  const claim = { status: "in-progress", assignee: "me" } as const;
  assertEquals(decidePatch(held("todo"), claim), { kind: "claim", agentId: "me" });
  assertEquals(decidePatch(held("in-progress", "other"), claim), { kind: "claim", agentId: "me" });
  assertEquals(decidePatch(held("in-progress", "me"), claim), { kind: "change" });
});

Deno.test("decidePatch() takes in-progress alone for a start, everything else for a change", () => {
  assertEquals(decidePatch(held("todo", "me"), { status: "in-progress" }), { kind: "start" });
  assertEquals(decidePatch(held("in-progress"), { status: "in-progress" }), { kind: "change" });
  assertEquals(decidePatch(held("todo"), { status: "done" }), { kind: "change" });
  assertEquals(decidePatch(held("todo"), { assignee: "me" }), { kind: "change" });
});

Deno.test("holderOf() is the assignee of a task in progress, and nobody else", () => {
  const holders = (["todo", "in-progress", "blocked", "done"] as const).map((status) =>
    holderOf(held(status, "me"))
  );
  assertEquals(holders, [undefined, "me", undefined, undefined]);
  assertEquals(holderOf(null), undefined);
});
