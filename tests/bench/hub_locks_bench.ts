/**
 * Locks over HTTP: acquire and release on distinct paths beside a bare Hono that keeps one record by a group
 * commit, and many callers in line for one path. Alone: `deno run -A tests/bench/hub_locks_bench.ts`.
 */
import { Hono } from "hono";
import { createRoutes } from "../../routes/mod.ts";
import { testApp } from "../harness/test_app.ts";
import { BareGroup, bareKv } from "./bare.ts";
import { type Figure, percentile, printFigures } from "./figure.ts";
import type { LockLoad } from "./lock_client.ts";

const CONNECTIONS = 32;
const CYCLES = 300;
const ROUNDS = 3;
const HOT_CYCLES = 30;
const TTL_MS = 7_200_000;
const CLIENT = new URL("./lock_client.ts", import.meta.url).pathname;

interface Served {
  respond(
    request: Request,
    info: Deno.ServeHandlerInfo<Deno.NetAddr>,
  ): Response | Promise<Response>;
  end(): Promise<void>;
}

async function program(): Promise<Served> {
  const app = await testApp({ kv: "file" });
  const http = createRoutes(app);
  return {
    respond: (request, info) => http.fetch(request, info),
    end: async () => await app[Symbol.asyncDispose](),
  };
}

interface BareLock {
  readonly agentId: string;
  readonly until: number;
  readonly token: number;
}

/** What a lock at least is: who, until when, a token; checked and written by whatever commit is next. */
async function bare(): Promise<Served> {
  const { kv, read, end } = await bareKv();
  const group = new BareGroup(kv);
  const http = new Hono();
  const put = (path: string, version: string | null, lock: BareLock) =>
    group.commit(path, (atomic) =>
      atomic.check({ key: ["lock", path], versionstamp: version })
        .set(["lock", path], JSON.stringify(lock)));
  const get = async (path: string) => {
    const { value, versionstamp } = await read.get<string>(["lock", path]);
    return { lock: value === null ? null : JSON.parse(value) as BareLock, versionstamp };
  };
  http.post("/api/v1/locks", async (c) => {
    const { path, agentId, ttlMs } = await c.req.json();
    const { lock, versionstamp } = await get(path);
    const now = Date.now();
    if (lock && lock.agentId !== agentId && now < lock.until) return c.json(lock, 409);
    const next = { agentId, until: now + (ttlMs ?? TTL_MS), token: (lock?.token ?? 0) + 1 };
    return await put(path, versionstamp, next) ? c.json(next, 201) : c.json({}, 409);
  });
  http.delete("/api/v1/locks/:path", async (c) => {
    const path = c.req.param("path");
    const { lock, versionstamp } = await get(path);
    if (!lock || lock.agentId !== c.req.query("agentId")) return c.json({}, 403);
    return await put(path, versionstamp, { ...lock, until: 0 }) ? c.json({}) : c.json({}, 409);
  });
  return { respond: (request) => http.fetch(request), end };
}

async function measure(
  make: () => Promise<Served>,
  cycles: number,
  mode: "distinct" | "one",
): Promise<LockLoad> {
  const served = await make();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, served.respond);
  const client = (count: number) =>
    new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        CLIENT,
        `${server.addr.port}`,
        `${CONNECTIONS}`,
        `${count}`,
        mode,
      ],
      stdout: "piped",
      stderr: "inherit",
    }).output();
  // The first calls compile.
  await client(Math.ceil(cycles / 10));
  const { stdout } = await client(cycles);
  await server.shutdown();
  await served.end();
  const load = JSON.parse(new TextDecoder().decode(stdout)) as LockLoad;
  if (load.refused > 0) throw new Error(`${load.refused} calls were refused`);
  return load;
}

export async function benchDistinct(): Promise<Figure[]> {
  let ours = 0;
  let floor = 0;
  for (let round = 0; round < ROUNDS; round++) {
    floor = Math.max(floor, (await measure(bare, CYCLES, "distinct")).perSecond);
    ours = Math.max(ours, (await measure(program, CYCLES, "distinct")).perSecond);
  }
  return [{
    name: `lock and unlock over HTTP, distinct paths, ${CONNECTIONS} connections`,
    value: ours,
    unit: "pairs/s",
    floor: { name: "bare Hono, one record by group commit", value: floor },
    target: "≥ 0.7 ×",
    reached: ours >= 0.7 * floor,
  }];
}

export async function benchContended(): Promise<Figure[]> {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const { acquireMs } = await measure(program, HOT_CYCLES, "one");
    best = Math.min(best, percentile(acquireMs, 0.99));
  }
  return [{
    name: `${CONNECTIONS} callers in line for one path, acquire p99`,
    value: best,
    unit: "ms",
    target: "≤ 60 ms",
    reached: best <= 60,
  }];
}

export const HUB_LOCKS_BENCHES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  locks: benchDistinct,
  "locks-contended": benchContended,
};

if (import.meta.main) {
  for (const [name, bench] of Object.entries(HUB_LOCKS_BENCHES)) {
    if (Deno.args.length === 0 || Deno.args.includes(name)) printFigures(await bench());
  }
  Deno.exit(0);
}
