/** A budget when its server is killed or stopped in the middle: a process of its own on a file. */
import { assert, assertEquals } from "@std/assert";
import type { BudgetView } from "../../../lib/gateway/budgets/schema.ts";
import type { UsageReport } from "../../../lib/gateway/ledger/schema.ts";
import { meteredUpstream, type Turn } from "../../harness/metered_upstream.ts";
import { type ServerProcess, startServer } from "../../harness/server.ts";

const CLIENTS = 16;
const BUDGET = "budgets/workspace/default/total";

async function api<T>(server: ServerProcess, method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}/api/v1/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return await response.json() as T;
}

const getBudget = async (server: ServerProcess) =>
  (await api<{ budget: BudgetView }>(server, "GET", BUDGET)).budget;

async function ask(server: ServerProcess, n: number): Promise<number> {
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "gpt-4o-mini",
      max_tokens: 100,
      messages: [{ role: "user", content: `Say word number ${String(n).padStart(4, "0")}` }],
    }),
  });
  await response.body?.cancel();
  return response.status;
}

/** Many clients, each one call after the other, until they are refused or the server is gone. */
async function spend(server: ServerProcess): Promise<number[]> {
  let n = 0;
  const ends: number[] = [];
  const client = async () => {
    for (let status = 200; status === 200;) {
      status = await ask(server, ++n).catch(() => 0);
      if (status !== 200) ends.push(status);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return ends;
}

Deno.test("a server killed with calls in flight overspends nothing; what it did not send is there again", async () => {
  let hanging = 0;
  const killed = Promise.withResolvers<Turn>();
  const full = Promise.withResolvers<void>();
  await using upstream = meteredUpstream((_, nth) => {
    if (nth <= 21 || nth > 21 + CLIENTS) return "answer";
    if (++hanging === CLIENTS) full.resolve();
    return killed.promise;
  });
  const folder = await Deno.makeTempDir({ prefix: "muster-" });
  const start = () => startServer({ kvPath: `${folder}/kv`, env: upstream.env });
  let cost: number;
  {
    await using first = await start();
    await api(first, "PUT", BUDGET, { limitMicros: 1_000_000 });
    assertEquals(await ask(first, 0), 200);
    cost = (await getBudget(first)).spentMicros;
    await api(first, "PUT", BUDGET, { limitMicros: 51 * cost });
    const spending = spend(first);
    await full.promise;
    first.kill("SIGKILL");
    assertEquals(await spending, new Array(CLIENTS).fill(0));
  }
  killed.resolve({ status: 503 });
  await using second = await start();
  assertEquals(await spend(second), new Array(CLIENTS).fill(402));
  const seen = await getBudget(second);
  // 1 + 20 answered, 16 in flight, which the provider may charge: 14 more, and not one too many.
  assertEquals(upstream.arrivals.length, 51);
  assertEquals([seen.spentMicros + seen.unsettledMicros, seen.heldMicros], [51 * cost, 0]);
  assert(seen.unsettledMicros >= CLIENTS * cost, `${seen.unsettledMicros}`);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("an orderly stop loses no call and gives back what was at hand", async () => {
  await using upstream = meteredUpstream();
  const folder = await Deno.makeTempDir({ prefix: "muster-" });
  const start = () => startServer({ kvPath: `${folder}/kv`, env: upstream.env });
  {
    await using first = await start();
    await api(first, "PUT", BUDGET, { limitMicros: 1_000_000_000 });
    await Promise.all(Array.from({ length: 60 }, (_, n) => ask(first, n)));
    first.kill("SIGINT");
    assertEquals((await first.exit).code, 0);
  }
  await using second = await start();
  const { total } = await api<UsageReport>(second, "GET", "gateway/usage?by=model");
  assertEquals([total.calls, upstream.arrivals.length], [60, 60]);
  const { inputTokens, outputTokens } = total;
  assertEquals({ inputTokens, outputTokens }, upstream.billed);
  const { spentMicros, heldMicros, unsettledMicros } = await getBudget(second);
  assertEquals([spentMicros, heldMicros, unsettledMicros], [total.costMicros, 0, 0]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a stop ends the calls under way: they are told, settled and recorded", async () => {
  const never = Promise.withResolvers<Turn>();
  const full = Promise.withResolvers<void>();
  await using upstream = meteredUpstream((_, nth) => {
    if (nth === CLIENTS) full.resolve();
    return never.promise;
  });
  const folder = await Deno.makeTempDir({ prefix: "muster-" });
  const start = () => startServer({ kvPath: `${folder}/kv`, env: upstream.env });
  {
    await using first = await start();
    await api(first, "PUT", BUDGET, { limitMicros: 1_000_000 });
    const spending = spend(first);
    await full.promise;
    first.kill("SIGINT");
    assertEquals((await first.exit).code, 0);
    assertEquals(await spending, new Array(CLIENTS).fill(503));
  }
  never.resolve({ status: 503 });
  await using second = await start();
  const { total } = await api<UsageReport>(second, "GET", "gateway/usage?by=model");
  assertEquals([total.calls, total.failed], [CLIENTS, CLIENTS]);
  const { spentMicros, heldMicros, unsettledMicros } = await getBudget(second);
  assertEquals([spentMicros, heldMicros, unsettledMicros], [0, 0, 0]);
  await Deno.remove(folder, { recursive: true });
});
