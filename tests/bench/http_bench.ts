/**
 * The served program beside bare Deno.serve: a run's event stream with a thousand viewers, through every
 * guard and route. Alone: `deno run -A tests/bench/http_bench.ts`.
 */
import { transact } from "../../lib/kernel/kv/mod.ts";
import { createRoutes } from "../../routes/mod.ts";
import { testApp } from "../harness/test_app.ts";
import { bareKv } from "./bare.ts";
import { type Figure, printFigures, rate } from "./figure.ts";
import { bareSource, fanOut, type Source, VIEWERS } from "./kernel_fan_out.ts";

const TEXT = "x".repeat(160);

/** The viewers follow a run that waits, whose stream is written beside it. */
async function appSource(): Promise<Source> {
  const app = await testApp({ kv: "file" });
  const http = createRoutes(app);
  const input = { intent: "Be followed", covenant: { mode: "strict" as const } };
  const { id } = await app.engine.start("default", input, "user:bench");
  return {
    path: `/api/v1/runs/${id}/events`,
    respond: (request, info) => http.fetch(request, info),
    viewers: () => app.hub.viewers,
    send: async (from, to) => {
      const emit = (n: number) =>
        transact(
          app.ctx,
          "default",
          (tx) => tx.emit(`run:${id}`, { type: "step.thought", n, text: TEXT }),
        );
      await Promise.all(Array.from({ length: to - from }, (_, i) => emit(from + i)));
    },
    end: async () => await app[Symbol.asyncDispose](),
  };
}

export async function benchAppFanOut(): Promise<Figure[]> {
  let app = 0;
  let bare = 0;
  for (let round = 0; round < 2; round++) {
    bare = Math.max(bare, await fanOut(bareSource));
    app = Math.max(app, await fanOut(appSource));
  }
  return [{
    name: `SSE fan-out to ${VIEWERS} viewers of a run, whole app`,
    value: app,
    unit: "events/s",
    floor: { name: "bare Deno.serve, encoded once", value: bare },
    target: "≥ 0.6 ×",
    reached: app >= 0.6 * bare,
  }];
}

/** One run's view, asked for by 16 callers, beside a bare server that reads one value as large. */
export async function benchRead(): Promise<Figure[]> {
  await using app = await testApp({ kv: "file" });
  const { id } = await app.engine.start(
    "default",
    { intent: "Name the capital of France" },
    "user:bench",
  );
  await app.engine.ended(id);
  const path = `/api/v1/runs/${id}`;
  const text = await (await app.fetch(path)).text();
  const { kv, end } = await bareKv();
  await kv.set(["run"], text);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async () => {
    const { value } = await kv.get<string>(["run"]);
    return new Response(JSON.stringify(JSON.parse(value!)));
  });
  const ask = async (url: string) => void await (await fetch(url)).text();
  const bareUrl = `http://127.0.0.1:${server.addr.port}/`;
  let [ours, bare] = [0, 0];
  for (let round = 0; round < 3; round++) {
    bare = Math.max(bare, await rate(1_000, 16, () => ask(bareUrl)));
    ours = Math.max(ours, await rate(1_000, 16, () => ask(app.url + path)));
  }
  await server.shutdown();
  await end();
  return [{
    name: "GET /runs/{id}, 16 at once",
    value: ours,
    unit: "/s",
    floor: { name: "bare Deno.serve, one value as large", value: bare },
    target: "-",
    reached: true,
  }];
}

export const HTTP_BENCHES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  "app-fan-out": benchAppFanOut,
  read: benchRead,
};

if (import.meta.main) {
  for (const [name, bench] of Object.entries(HTTP_BENCHES)) {
    if (Deno.args.length === 0 || Deno.args.includes(name)) printFigures(await bench());
  }
  Deno.exit(0);
}
