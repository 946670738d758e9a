import { assertEquals } from "@std/assert";
import {
  agent,
  EngineHarness,
  engineHarness,
  fileHarness,
  PERSON,
  said,
  WORKSPACE,
} from "../../../tests/harness/engine.ts";
import type { Store } from "../../kernel/kv/mod.ts";
import { signalRun } from "../mod.ts";

/** Lets `work` happen before every read of a blob's chunks. */
function beforeBlobReads(kv: Store, work: () => Promise<void>): void {
  const read = kv.getManyBytes.bind(kv);
  kv.getManyBytes = async (keys) => {
    if (keys[0]?.[2] === "blobc") await work();
    return await read(keys);
  };
}

Deno.test("a recorded value still being read counts as asked for", async () => {
  const agents = {
    solo: agent("solo", async (ctx) => {
      const [big, small] = await Promise.all([ctx.model(said("big")), ctx.model(said("small"))]);
      return big.text.length + small.text;
    }),
  };
  const first = await fileHarness({
    agents,
    model: ({ request }) =>
      request.messages[0]!.content === "big" ? "B".repeat(200_000) : new Promise<never>(() => {}),
  });
  const id = await first.start("solo");
  await first.until(id, ({ run }) => run.usage.inputTokens === 10);
  await first.die();
  const path = `${first.folder}/kv.sqlite`;
  await using h = new EngineHarness({ agents, model: () => "s", path, work: false });
  h.folder = first.folder;
  await h.open();
  let held = 0;
  beforeBlobReads(h.kv, async () => {
    held++;
    await h.until(id, ({ run }) => run.usage.inputTokens === 20);
  });
  h.work();
  const { run } = await h.finished(id);
  assertEquals([run.status, run.output, held], ["completed", "200000s", 1]);
});

Deno.test("a recorded value that cannot be read now does not fail its run", async () => {
  await using h = await engineHarness({
    agents: {
      solo: agent("solo", async (ctx) => {
        const { text } = await ctx.model(said("big"));
        await ctx.waitFor("go");
        return text.length;
      }),
    },
    model: () => "B".repeat(50_000),
  });
  const id = await h.start("solo");
  await h.status(id, "waiting");
  let reads = 0;
  beforeBlobReads(h.kv, () => {
    if (reads++ === 0) throw new TypeError("database is locked");
    return Promise.resolve();
  });
  await signalRun(h.ctx, WORKSPACE, id, "go", 1);
  const { run } = await h.finished(id);
  assertEquals([run.status, run.output, h.calls.length], ["completed", 50_000, 1]);
});

Deno.test("a result kept after its run was taken back is not recorded", async () => {
  const uploading = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const again = Promise.withResolvers<void>();
  await using h = await engineHarness({
    agents: {
      solo: agent("solo", async (ctx, input) => {
        const { text } = await ctx.model(said(JSON.stringify(input)));
        await ctx.waitFor("go");
        return text.length;
      }),
    },
    model: ({ nth }) => {
      if (nth === 0) return "B".repeat(50_000);
      again.resolve();
      return "new";
    },
  });
  const submit = h.kv.submit.bind(h.kv);
  let late: ReturnType<typeof submit> | undefined;
  h.kv.submit = async (set) => {
    if (late || ![...set.writes.values()].some((write) => write.key[2] === "blobup")) {
      return await submit(set);
    }
    uploading.resolve();
    return await (late = release.promise.then(() => submit(set)));
  };
  const id = await h.start("solo");
  await uploading.promise;
  const [root] = (await h.view(id)).steps;
  await h.engine.rewindRun(
    WORKSPACE,
    id,
    { stepId: root!.id, changes: { input: "other" } },
    PERSON,
  );
  await again.promise;
  release.resolve();
  await late;
  await signalRun(h.ctx, WORKSPACE, id, "go", 1);
  const { run } = await h.finished(id);
  assertEquals(run.output, 3);
  const models = (await h.events(id)).filter((event) =>
    event.type === "effect.done" && event.effect.kind === "model"
  );
  assertEquals(models.length, 1);
});

Deno.test("a run that is paused while its last call is in flight is completed by it", async () => {
  const called = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<string>();
  await using h = await engineHarness({
    agents: { solo: agent("solo", async (ctx) => (await ctx.model(said("a"))).text) },
    model: () => {
      called.resolve();
      return answer.promise;
    },
  });
  const id = await h.start("solo");
  await called.promise;
  await h.engine.pauseRun(WORKSPACE, id, {}, PERSON);
  answer.resolve("done");
  const { run, steps } = await h.finished(id);
  assertEquals([run.status, run.output, steps[0]!.status], ["completed", "done", "completed"]);
});
