import { assertEquals, assertNotEquals } from "@std/assert";
import { z } from "zod";
import { defineTool, type Tool } from "../../lib/agents/mod.ts";
import type { Covenant } from "../../lib/agents/covenant.ts";
import type { Approval } from "../../lib/governance/schema.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";
import { refusal, type Script, scriptedApp, send, start, until, viewOf } from "./scripted.ts";

const sent: unknown[] = [];
const mail = defineTool({
  name: "send_mail",
  description: "Sends a mail",
  input: z.strictObject({ to: z.email(), text: z.string() }),
  effect: "write",
  idempotent: false,
  needsApproval: () => true,
  risk: "high",
  run: (_, args) => {
    sent.push(args);
    return Promise.resolve({ sent: true });
  },
}) as unknown as Tool;
const mails: Script = (ctx) => ctx.tool("send_mail", { to: "ada@example.org", text: "Hello" });

/** The approval a new run of the app waits for. */
async function asked(
  app: TestApp,
  more: object = {},
): Promise<{ runId: string; approval: Approval }> {
  const { id } = await start(app, "x", more);
  await until(app, id, "approval.requested");
  await until(app, id, "run.waiting");
  const { items } = await app.json<{ items: Approval[] }>(
    "GET",
    `/api/v1/approvals?status=open&runId=${id}`,
  );
  return { runId: id, approval: items[0]! };
}

const answer = (app: TestApp, id: string, body: unknown) =>
  send(app, "POST", `/api/v1/approvals/${id}/answer`, body);

Deno.test("a gated tool waits for a person and runs once approved", async () => {
  sent.length = 0;
  await using app = await scriptedApp({ full: mails }, { extraTools: [mail] });
  const { runId, approval } = await asked(app);
  assertEquals([approval.kind, approval.tool, approval.risk], ["tool", "send_mail", "high"]);
  assertEquals([approval.args, sent], [{ to: "ada@example.org", text: "Hello" }, []]);
  const response = await answer(app, approval.id, { decision: "approve" });
  assertEquals(response.status, 200);
  const done: { approval: Approval } = await response.json();
  assertEquals([done.approval.status, done.approval.answeredBy], ["approved", "user:local"]);
  await until(app, runId, "run.completed");
  assertEquals(sent, [{ to: "ada@example.org", text: "Hello" }]);
  assertEquals(
    (await refusal(await answer(app, approval.id, { decision: "reject" }))).code,
    "conflict",
  );
});

Deno.test("edited arguments are checked by the tool's schema and are what runs", async () => {
  sent.length = 0;
  await using app = await scriptedApp({ full: mails }, { extraTools: [mail] });
  const { runId, approval } = await asked(app);
  const bad = await answer(app, approval.id, {
    decision: "approve",
    edits: { to: "nobody", text: 1 },
  });
  assertEquals(await refusal(bad), {
    status: 400,
    code: "invalid_input",
    paths: ["edits.to", "edits.text"],
  });
  await answer(app, approval.id, {
    decision: "approve",
    edits: { to: "bob@example.org", text: "Hi" },
  });
  await until(app, runId, "run.completed");
  assertEquals(sent, [{ to: "bob@example.org", text: "Hi" }]);
});

Deno.test("a rejected tool never runs and its agent is told why", async () => {
  sent.length = 0;
  await using app = await scriptedApp({ full: mails }, { extraTools: [mail] });
  const { runId, approval } = await asked(app);
  await answer(app, approval.id, { decision: "reject", reason: "Not to her" });
  const failed = await until(app, runId, "run.failed");
  assertEquals([(failed.error as { code: string }).code, sent], ["rejected", []]);
});

Deno.test("a question takes an answer that fits its schema", async () => {
  const schema = { type: "object", properties: { days: { type: "integer" } }, required: ["days"] };
  await using app = await scriptedApp({
    full: (ctx) => ctx.ask({ question: "How long?", schema }),
  });
  const { runId, approval } = await asked(app);
  assertEquals([approval.kind, approval.question], ["question", "How long?"]);
  const bad = await answer(app, approval.id, { decision: "answer", value: { days: "two" } });
  assertEquals((await refusal(bad)).paths, ["value.days"]);
  const approve = await answer(app, approval.id, { decision: "approve" });
  assertEquals((await refusal(approve)).paths, ["decision"]);
  await answer(app, approval.id, { decision: "answer", value: { days: 2 } });
  assertEquals((await until(app, runId, "run.completed")).output, { days: 2 });
});

Deno.test("several approvals of one run are answered in any order", async () => {
  await using app = await scriptedApp({
    full: (ctx) =>
      Promise.all([1, 2, 3].map(async (n) => {
        const { approved } = await ctx.approve({ question: `Number ${n}?`, args: n });
        return approved;
      })),
  });
  const { id } = await start(app, "x");
  await until(app, id, "run.waiting");
  const { approvals } = await viewOf(app, id);
  assertEquals(approvals.map(({ args }) => args), [1, 2, 3]);
  for (const n of [2, 0, 1]) {
    await answer(app, approvals[n]!.id, { decision: n === 0 ? "reject" : "approve" });
  }
  assertEquals((await until(app, id, "run.completed")).output, [false, true, true]);
});

Deno.test("an approval nobody answers expires and counts as rejected", async () => {
  await using app = await scriptedApp({
    full: async (ctx) => {
      const outcome = await ctx.approve({ question: "Go?", args: 1, expiresInMs: 50 });
      return outcome.approved;
    },
  });
  const { id } = await start(app, "x");
  const event = await until(app, id, "approval.answered");
  assertEquals([event.status, event.answeredBy], ["expired", "system"]);
  assertEquals((await until(app, id, "run.completed")).output, false);
});

Deno.test("open approvals are canceled with their run", async () => {
  await using app = await scriptedApp({ full: mails }, { extraTools: [mail] });
  const { runId, approval } = await asked(app);
  await send(app, "POST", `/api/v1/runs/${runId}/cancel`, {});
  await until(app, runId, "run.canceled");
  const { approval: closed } = await app.json<{ approval: Approval }>(
    "GET",
    `/api/v1/approvals/${approval.id}`,
  );
  assertEquals(closed.status, "canceled");
  assertEquals(
    (await refusal(await answer(app, approval.id, { decision: "approve" }))).status,
    409,
  );
});

Deno.test("answers are refused for unknown approvals and unknown fields", async () => {
  await using app = await testApp();
  const unknown = await answer(app, "apr_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2", { decision: "approve" });
  assertEquals((await refusal(unknown)).code, "not_found");
  const bad = await answer(app, "apr_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2", { decision: "maybe", who: 1 });
  assertEquals((await refusal(bad)).code, "invalid_input");
  const filter = await app.fetch("/api/v1/approvals?status=pending");
  assertEquals((await refusal(filter)).paths, ["status"]);
});

Deno.test("strict mode: a draft covenant waits, is edited, accepted once, then the run goes on", async () => {
  await using app = await testApp();
  const { runId, approval } = await asked(app, { covenant: { mode: "strict" } });
  assertEquals(approval.kind, "covenant");
  const path = `/api/v1/covenants/${runId.replace("run_", "cov_")}`;
  const read = await app.fetch(path);
  const { covenant }: { covenant: Covenant } = await read.json();
  assertEquals([covenant.status, read.headers.get("etag")], ["draft", `"${covenant.version}"`]);
  const accept = (body: unknown, version: number) =>
    send(app, "POST", `${path}/accept`, body, { "if-match": `"${version}"` });
  assertEquals((await refusal(await accept({}, covenant.version + 1))).status, 412);
  const edits = { constraints: { costMicros: 5_000 }, acceptance: ["It is short"] };
  const accepted = await accept({ edits }, covenant.version);
  assertEquals(accepted.status, 200);
  assertNotEquals((await accepted.json()).covenant.status, "draft");
  await until(app, runId, "run.completed");
  const after = await app.json<{ covenant: Covenant }>("GET", path);
  assertEquals(after.covenant.constraints.costMicros, 5_000);
  assertEquals((await refusal(await accept({}, after.covenant.version))).code, "conflict");
});

Deno.test("strict mode: a rejected covenant ends the run without work", async () => {
  await using app = await testApp();
  const { runId, approval } = await asked(app, { covenant: { mode: "strict" } });
  const bad = await answer(app, approval.id, {
    decision: "approve",
    edits: { budget: { tokens: -1 } },
  });
  assertEquals((await refusal(bad)).paths, ["edits.budget.tokens"]);
  await answer(app, approval.id, { decision: "reject", reason: "Too dear" });
  const failed = await until(app, runId, "run.failed");
  assertEquals((failed.error as { code: string }).code, "rejected");
});

Deno.test("PATCH /covenants changes the terms of a run at work at the version that was read", async () => {
  await using app = await testApp();
  const { runId } = await asked(app, { covenant: { mode: "strict" } });
  const path = `/api/v1/covenants/${runId.replace("run_", "cov_")}`;
  const { covenant } = await app.json<{ covenant: Covenant }>("GET", path);
  const patch = (version: number, body: unknown) =>
    send(app, "PATCH", path, body, { "if-match": `"${version}"` });
  const changed = await patch(covenant.version, { budget: { costMicros: 700 } });
  assertEquals(changed.status, 200);
  const { covenant: after }: { covenant: Covenant } = await changed.json();
  assertEquals([after.budget.costMicros, after.version], [700, covenant.version + 1]);
  assertEquals((await refusal(await patch(covenant.version, {}))).status, 412);
  assertEquals((await refusal(await patch(after.version, { mode: "auto" }))).status, 400);
});
