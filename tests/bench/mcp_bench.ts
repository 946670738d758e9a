/**
 * What a `tools/call` costs beside the same call of the API: one caller, one after the other, on a file.
 * Alone: `deno run -A tests/bench/mcp_bench.ts`.
 */
import { type TestApp, testApp } from "../harness/test_app.ts";
import { rpc } from "../mcp/raw.ts";
import { type Figure, percentile, printFigures } from "./figure.ts";

const CALLS = 400;
const WARM_UP = 100;

type Ask = (n: number) => Promise<unknown>;

/** Alternating, so that both meet the same moments. */
async function medians(ours: Ask, floor: Ask): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let n = 0; n < CALLS + WARM_UP; n++) {
    for (const [which, ask] of [ours, floor].entries()) {
      const started = performance.now();
      await ask(n);
      if (n >= WARM_UP) times[which]!.push(performance.now() - started);
    }
  }
  return [percentile(times[0], 0.5), percentile(times[1], 0.5)];
}

const post = async (app: TestApp, path: string, body: unknown) => {
  const response = await app.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return await response.json();
};

async function called(app: TestApp, name: string, args: Record<string, unknown>): Promise<void> {
  const { body } = await rpc(app, "tools/call", { name, arguments: args });
  if (body.error || body.result.isError) throw new Error(JSON.stringify(body));
}

async function benchWrite(): Promise<Figure> {
  await using app = await testApp({ kv: "file" });
  const [ours, floor] = await medians(
    (n) => called(app, "checkpoint", { agentId: "phoenix", pendingWork: [`${n}`] }),
    (n) => post(app, "/api/v1/agents/griffin/checkpoint", { pendingWork: [`${n}`] }),
  );
  return figure("tools/call checkpoint, p50", ours, floor, "POST /agents/{id}/checkpoint");
}

async function benchRead(): Promise<Figure> {
  await using app = await testApp({ kv: "file" });
  const file = { resourcePath: "src/a.ts" };
  await called(app, "resource", { agentId: "phoenix", action: "lock", ...file });
  const [ours, floor] = await medians(
    () => called(app, "resource", { action: "check", ...file }),
    async () => await (await app.fetch("/api/v1/locks/src/a.ts")).json(),
  );
  return figure("tools/call resource check, p50", ours, floor, "GET /locks/{path}");
}

function figure(name: string, value: number, floor: number, beside: string): Figure {
  return {
    name,
    value,
    unit: "ms",
    floor: { name: beside, value: floor },
    target: "≤ floor + 1 ms",
    reached: value <= floor + 1,
  };
}

export const MCP_BENCHES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  calls: async () => [await benchRead(), await benchWrite()],
};

if (import.meta.main) {
  printFigures(await MCP_BENCHES.calls!());
  Deno.exit(0);
}
