import { assertEquals } from "@std/assert";
import { agent, engineHarness, PERSON, WORKSPACE } from "../../../tests/harness/engine.ts";
import type { AgentContext } from "../../agents/context.ts";
import { getApproval } from "../../governance/mod.ts";

const solo = (run: (ctx: AgentContext) => Promise<unknown>) => ({ solo: agent("solo", run) });
const many = (n: number) => Array.from({ length: n }, (_, i) => i);

Deno.test("a run that waits for very much is shown with the first of it", async () => {
  await using h = await engineHarness({
    agents: solo((ctx) => Promise.all(many(300).map((i) => ctx.waitFor("n".repeat(150) + i)))),
  });
  const { run } = await h.status(await h.start("solo"), "waiting");
  assertEquals([run.waitingFor!.length, run.waitingFor!.at(-1)], [51, "… 250 more"]);
});

Deno.test("a run of many waiting steps is suspended", async () => {
  await using h = await engineHarness({
    agents: {
      ...solo((ctx) => Promise.all(many(200).map((i) => ctx.spawn("leaf", i)))),
      leaf: agent("leaf", (ctx, i) => ctx.waitFor("漢".repeat(60) + i)),
    },
  });
  const { steps } = await h.status(await h.start("solo"), "waiting");
  assertEquals(steps.filter((step) => step.status === "waiting").length, 201);
});

Deno.test("a run with many long questions ends in one commit after closing them", async () => {
  await using h = await engineHarness({
    agents: solo((ctx) =>
      Promise.all(many(20).map((i) => ctx.approve({ question: `q${i}`, args: "x".repeat(11_500) })))
    ),
  });
  const id = await h.start("solo");
  const asked = await h.until(id, (v) => v.approvals.length === 20 && v.run.status === "waiting");
  const run = await h.engine.cancelRun(WORKSPACE, id, {}, PERSON);
  assertEquals([run.status, (await h.types(id)).at(-1)], ["canceled", "run.canceled"]);
  const closed = await Promise.all(
    asked.approvals.map((approval) => getApproval(h.ctx, WORKSPACE, approval.id)),
  );
  assertEquals(new Set(closed.map((approval) => approval!.status)), new Set(["canceled"]));
});
