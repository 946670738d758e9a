/** Traces and souls when a process dies, and on three instances over one denokv server. */
import { assertEquals } from "@std/assert";
import { countTrace, createSoul, getSoul } from "../../lib/coordination/souls/mod.ts";
import {
  addStep,
  completeTrace,
  getTrace,
  listNewestSteps,
  startTrace,
} from "../../lib/coordination/traces/mod.ts";
import { readEvents } from "../../lib/kernel/events/mod.ts";
import { startDenoKv } from "../harness/denokv.ts";
import { AGENT, CALL, instance, OF } from "./progress_child.ts";

const CHILD = decodeURIComponent(new URL("./progress_child.ts", import.meta.url).pathname);
/** Soul, trace, three steps, completion, count. */
const COMMITS = 7;

/** Runs the child to its end or its death. */
async function runChild(path: string, faults: string): Promise<string> {
  const { code, signal, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CHILD, path, faults],
    stdout: "null",
    stderr: "piped",
  }).output();
  return signal ?? (code === 0 ? "done" : new TextDecoder().decode(stderr));
}

for (const side of ["before", "after"]) {
  Deno.test(`a completed trace counts once even when the process dies ${side} any commit`, async () => {
    for (let n = 1; n <= COMMITS; n++) {
      const folder = await Deno.makeTempDir({ prefix: "muster-progress-" });
      const path = `${folder}/kv.sqlite`;
      assertEquals(await runChild(path, `kill-${side}:${n}`), "SIGKILL");
      const ctx = await instance(path);
      const kept = await getTrace(ctx, "default", AGENT, OF.sessionId);
      // What was acknowledged is there: commits 3 to 5 are the steps.
      const steps = Math.min(3, Math.max(0, n - (side === "after" ? 2 : 3)));
      assertEquals(kept?.stepCount ?? 0, steps, `${side} ${n}`);
      await createSoul(ctx, CALL, { agentId: AGENT });
      if (!kept) await startTrace(ctx, CALL, { ...OF, task: "x" });
      const at = { tool: "read", outcome: "found" } as const;
      for (let m = steps; m < 3; m++) await addStep(ctx, CALL, { ...OF, ...at });
      await completeTrace(ctx, CALL, OF);
      await countTrace(ctx, CALL, { agentId: AGENT, traceId: OF.sessionId });
      const soul = await getSoul(ctx, "default", AGENT);
      assertEquals([soul?.totalXP, soul?.tasksCompleted], [40, 1], `${side} ${n}`);
      await ctx.kv.close();
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("traces and souls on three instances over a denokv server", async (t) => {
  await using server = await startDenoKv();
  if (!server) return console.log("denokv not built");
  const instances = await Promise.all([1, 2, 3].map(() => instance(server.url)));
  const [first] = instances;
  await createSoul(first!, CALL, { agentId: AGENT });
  await t.step("60 steps of one trace at once: none lost, order kept", async () => {
    await startTrace(first!, CALL, { ...OF, task: "x" });
    await Promise.all(
      instances.flatMap((ctx, i) =>
        Array.from(
          { length: 20 },
          (_, n) => addStep(ctx, CALL, { ...OF, tool: `t${i}.${n}`, outcome: "found" }),
        )
      ),
    );
    const steps = await listNewestSteps(first!, "default", OF, 100);
    assertEquals(new Set(steps.map(({ tool }) => tool)).size, 60);
    const events = (await readEvents(first!, "default", `agent:${AGENT}`))
      .filter(({ type }) => type === "trace.step")
      .map(({ json }) => JSON.parse(json).step.number);
    assertEquals(events, steps.map(({ number }) => number));
  });
  await t.step("10 traces, each counted by all three at once: once", async () => {
    for (let n = 0; n < 10; n++) {
      const of = { agentId: AGENT, sessionId: `c${n}` };
      await startTrace(first!, CALL, { ...of, task: "x" });
      await completeTrace(first!, CALL, of);
      const gains = await Promise.all(
        instances.map((ctx) => countTrace(ctx, CALL, { agentId: AGENT, traceId: of.sessionId })),
      );
      assertEquals(gains.map(({ xpGained }) => xpGained).sort(), [0, 0, 25]);
    }
    assertEquals((await getSoul(first!, "default", AGENT))?.tasksCompleted, 10);
  });
  await Promise.all(instances.map(({ kv }) => kv.close()));
});
