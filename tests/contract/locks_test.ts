/** Locks on several instances over one denokv server, in this process and as processes that are killed. */
import { assert, assertEquals } from "@std/assert";
import { type DenoKvServer, startDenoKv } from "../harness/denokv.ts";
import { judgeLog, lockHost, lockLog } from "../harness/lock_host.ts";
import { raceForLocks, takeTurns } from "../harness/lock_race.ts";
import { type ServerProcess, startServer } from "../harness/server.ts";

const RACE = { rounds: 200, agents: 50 };

async function races(server: DenoKvServer): Promise<void> {
  await using a = await lockHost(server.url);
  await using b = await lockHost(server.url);
  await using c = await lockHost(server.url);
  assertEquals(await raceForLocks([a, b, c], "race", RACE), []);
}

async function turns(server: DenoKvServer): Promise<void> {
  await using a = await lockHost(server.url);
  await using b = await lockHost(server.url);
  await using c = await lockHost(server.url);
  const { turns, wrong } = await takeTurns([a, b, c], "turns", { rounds: 4, agents: 30 });
  assertEquals([turns, wrong], [120, []]);
  assertEquals(judgeLog(await lockLog(a.ctx, "turns")).grants, 120);
}

interface Told {
  readonly status: number;
  readonly body: { lock?: { lockedBy: string; token: number; waiting?: number } };
}

async function ask(server: ServerProcess, method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}/api/v1/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() } as Told;
}

const ALIVE_MS = 1_000;

/** Somebody waits on each of three servers; the first in line and its server are killed. */
async function killed(denokv: DenoKvServer): Promise<void> {
  const start = () => startServer({ kvPath: denokv.url });
  await using dies = await start();
  await using lives = await start();
  await using other = await start();
  await ask(lives, "PATCH", "settings/coordination", { locks: { ticketAliveMs: ALIVE_MS } });
  const held = await ask(lives, "POST", "locks", { path: "x", agentId: "holder" });
  const wait = (server: ServerProcess, agentId: string) =>
    ask(server, "POST", "locks?waitMs=60000", { path: "x", agentId }).catch(() => null);
  const inLine = async (count: number) => {
    while ((await ask(lives, "GET", "locks/x")).body.lock?.waiting !== count);
  };
  const first = wait(dies, "first");
  await inLine(1);
  const second = wait(other, "second");
  await inLine(2);
  dies.kill("SIGKILL");
  assertEquals(await first, null);
  const from = performance.now();
  await ask(lives, "DELETE", "locks/x?agentId=holder");
  const got = await second;
  assertEquals([got?.status, got?.body.lock?.lockedBy], [201, "second"]);
  assert(got!.body.lock!.token > held.body.lock!.token);
  const tookMs = performance.now() - from;
  assert(tookMs < ALIVE_MS + 1_500, `${tookMs} ms`);
}

Deno.test("locks on three instances over a denokv server", async (t) => {
  await using server = await startDenoKv();
  if (!server) return console.log("denokv not built");
  await t.step(
    `50 agents race for one lock: exactly one wins, ${RACE.rounds} rounds`,
    () => races(server),
  );
  await t.step("30 agents wait in turns, one inside at a time", () => turns(server));
  await t.step(
    "a server that is killed with the first in line blocks nobody",
    () => killed(server),
  );
});
