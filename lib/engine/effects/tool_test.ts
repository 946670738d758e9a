import { assert, assertEquals } from "@std/assert";
import { AppError } from "../../kernel/core/errors.ts";
import type { Json } from "../../kernel/core/json.ts";
import type { WriteSet } from "../../kernel/kv/mod.ts";
import {
  agent,
  type EngineHarness,
  engineHarness,
  PERSON,
  tool,
  WORKSPACE,
} from "../../../tests/harness/engine.ts";

/** An agent that pays once, by a tool that must not act twice. */
async function payer(pay: () => Promise<unknown>): Promise<EngineHarness & { paid: number }> {
  const counted = Object.assign(
    await engineHarness({
      agents: { solo: agent("solo", (ctx) => ctx.tool("pay", {})) },
      tools: {
        pay: tool("pay", () => {
          counted.paid++;
          return pay() as Promise<Json>;
        }),
      },
    }),
    { paid: 0 },
  );
  return counted;
}

const mentions = (set: WriteSet, text: string) =>
  [...set.appends.values()].some(({ buffer, filled, pending }) =>
    (new TextDecoder().decode(buffer.subarray(0, filled)) + pending).includes(text)
  );

for (
  const error of [
    new TypeError("connection closed before message completed"),
    new AppError("upstream_failed", { detail: "cut" }),
    new AppError("unavailable", { data: { status: 503 } }),
  ]
) {
  Deno.test(`a non-idempotent tool that breaks off with "${error.message}" asks`, async () => {
    await using h = await payer(() => Promise.reject(error));
    const id = await h.start("solo");
    await h.answer(id, { decision: "answer", value: "done", receipt: { ref: 7 } });
    const { run, approvals } = await h.finished(id);
    assertEquals([run.output, approvals[0]!.kind, h.paid], [{ ref: 7 }, "outcome_unknown", 1]);
    assert(!(await h.types(id)).includes("effect.failed"));
  });
}

for (
  const error of [
    new AppError("forbidden"),
    new AppError("upstream_failed", { retryable: false, data: { outcomeUnknown: false } }),
    new AppError("conflict", { retryable: false, data: { status: 409 } }),
  ]
) {
  Deno.test(`a non-idempotent tool refused by "${error.message}" fails without asking`, async () => {
    await using h = await payer(() => Promise.reject(error));
    const { run, approvals } = await h.run("solo");
    assertEquals([run.error?.code, approvals, h.paid], [error.code, [], 1]);
  });
}

Deno.test("a receipt that is not JSON never makes a tool that acted fail", async () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  for (const receipt of [{ n: 1n }, cycle]) {
    await using h = await payer(() => Promise.resolve(receipt));
    const { run } = await h.run("solo");
    assertEquals(run.output, { note: "It was done; what it gave back cannot be kept" });
  }
});

Deno.test("a receipt the store does not take leaves the outcome to a person", async () => {
  await using h = await payer(() => Promise.resolve("r".repeat(20_000)));
  const submit = h.kv.submit.bind(h.kv);
  let refused = 0;
  h.kv.submit = (set) =>
    [...set.writes.values()].some((write) => write.key[2] === "blobup") && refused++ === 0
      ? Promise.reject(new AppError("unavailable"))
      : submit(set);
  const id = await h.start("solo");
  await h.answer(id, { decision: "answer", value: "done", receipt: { ref: 7 } });
  const { run } = await h.finished(id);
  assertEquals([run.output, h.paid, refused], [{ ref: 7 }, 1, 1]);
  assert(!(await h.types(id)).includes("effect.failed"));
});

Deno.test("a tool stopped while its intention is committed does not act", async () => {
  const stopped = Promise.withResolvers<void>();
  const intending = Promise.withResolvers<void>();
  let paid = 0;
  await using h = await engineHarness({
    agents: {
      solo: agent("solo", (ctx) => Promise.all([ctx.tool("watch", {}), ctx.tool("pay", {})])),
    },
    tools: {
      pay: tool("pay", () => Promise.resolve(++paid)),
      watch: tool("watch", ({ signal }) => {
        signal.addEventListener("abort", () => stopped.resolve());
        return new Promise(() => {});
      }, { effect: "read", idempotent: true }),
    },
  });
  const submit = h.kv.submit.bind(h.kv);
  h.kv.submit = async (set) => {
    if (mentions(set, "effect.intended")) {
      intending.resolve();
      await stopped.promise;
    }
    return await submit(set);
  };
  const id = await h.start("solo");
  await intending.promise;
  const run = await h.engine.cancelRun(WORKSPACE, id, {}, PERSON);
  const types = await h.types(id);
  assertEquals([run.status, paid], ["canceled", 0]);
  assert(types.includes("effect.failed") && !types.includes("effect.unknown"), types.join());
});
