import { assertEquals, assertRejects } from "@std/assert";
import {
  agent,
  type EngineHarness,
  engineHarness,
  PERSON,
  WORKSPACE,
} from "../../../tests/harness/engine.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { commandKey, signalKey } from "../keys.ts";
import { signalRun } from "../signals.ts";
import type { Command } from "./commands.ts";

const LONG = { acceptance: Array.from({ length: 15 }, () => "x".repeat(1_900)) };

async function waiting(): Promise<{ h: EngineHarness; id: string }> {
  const h = await engineHarness({
    agents: {
      solo: agent("solo", async (ctx) => {
        await ctx.spawn("leaf", null);
        return await ctx.waitFor("go");
      }),
      leaf: agent("leaf", () => Promise.resolve(1)),
    },
  });
  const id = await h.start("solo");
  await h.status(id, "waiting");
  return { h, id };
}

Deno.test("patchCovenant() refuses terms that become too long; the run takes what comes next", async () => {
  const { h, id } = await waiting();
  await using _ = h;
  const error = await assertRejects(
    () => h.engine.patchCovenant(WORKSPACE, id, { patch: LONG }, PERSON),
    AppError,
  );
  assertEquals(error.code, "invalid_input");
  assertEquals((await h.engine.cancelRun(WORKSPACE, id, {}, PERSON)).status, "canceled");
});

for (const kind of ["covenant", "rewind"] as const) {
  Deno.test(`a ${kind} command that cannot be carried out is dropped, the run goes on`, async () => {
    const { h, id } = await waiting();
    await using _ = h;
    const stepId = (await h.view(id)).steps[0]!.id;
    const command: Command = kind === "covenant"
      ? { kind, patch: LONG }
      : { kind, stepId, covenant: LONG };
    const key = commandKey(WORKSPACE, id, "job_1");
    const set = h.kv.writeSet("run").touch(signalKey(WORKSPACE, id));
    await h.kv.submit(set.set(key, { v: 1, id: "job_1", actor: PERSON, command }));
    await signalRun(h.ctx, WORKSPACE, id, "go", "gone");
    const { run, steps } = await h.finished(id);
    assertEquals([run.status, run.output, steps.length], ["completed", "gone", 2]);
    assertEquals((await h.kv.get(key)).value, null);
  });
}

Deno.test("a cut that takes back hundreds of steps is told in several events", async () => {
  await using h = await engineHarness({
    agents: {
      solo: agent("solo", async (ctx, input) => {
        const n = input === "again" ? 1 : 300;
        for (let i = 0; i < n; i += 100) {
          await Promise.all(Array.from({ length: Math.min(100, n) }, () => ctx.spawn("leaf", i)));
        }
        return await ctx.waitFor("go");
      }),
      leaf: agent("leaf", () => Promise.resolve(1)),
    },
  });
  const id = await h.start("solo");
  const { steps } = await h.status(id, "waiting");
  const changes = { input: "again" };
  await h.engine.rewindRun(WORKSPACE, id, { stepId: steps[0]!.id, changes }, PERSON);
  const view = await h.until(
    id,
    ({ run, steps }) => run.status === "waiting" && steps.length > 301,
  );
  assertEquals(view.steps.filter((step) => step.status === "superseded").length, 300);
  assertEquals((await h.types(id)).filter((type) => type === "step.superseded").length, 1);
});
