/** Many agents, on one instance or several, reach for one lock at once, with or without waiting. */
import {
  acquireLock,
  getLockState,
  type LockHost,
  releaseLock,
} from "../../lib/coordination/locks/mod.ts";
import { as, judgeLog, lockLog, refusedBy } from "./lock_host.ts";

export interface RaceSize {
  readonly rounds: number;
  readonly agents: number;
}

/** What was wrong: nothing when in each round exactly one won and the others were told who. */
export async function raceForLocks(
  instances: readonly LockHost[],
  workspaceId: string,
  { rounds, agents }: RaceSize,
): Promise<string[]> {
  const wrong: string[] = [];
  let token = 0;
  for (let round = 0; round < rounds; round++) {
    const told = await Promise.allSettled(Array.from({ length: agents }, async (_, nth) => {
      const agentId = `agent-${(nth + round) % agents}`;
      const app = instances[(nth + round) % instances.length]!;
      const { lock } = await acquireLock(app, as(workspaceId, agentId), { path: "x", agentId });
      return lock!;
    }));
    const winners = told.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
    const others = new Set(
      told.flatMap((one) => one.status === "rejected" ? [refusedBy(one.reason)] : []),
    );
    const [winner] = winners;
    const app = instances.at(-1)!;
    const { lock } = await getLockState(app.ctx, workspaceId, "x");
    const isFair = winners.length === 1 && lock?.lockedBy === winner!.lockedBy &&
      winner!.token > token && others.size === 1 && others.has(`held by ${winner!.lockedBy}`);
    if (!isFair) {
      wrong.push(`${round}: ${winners.map((one) => one.lockedBy)}; ${[...others].join()}`);
    }
    if (!winner) continue;
    token = winner.token;
    const agentId = winner.lockedBy;
    await releaseLock(app, as(workspaceId, agentId), { path: "x", agentId });
  }
  const verdict = judgeLog(await lockLog(instances[0]!.ctx, workspaceId));
  if (verdict.grants !== rounds) wrong.push(`${verdict.grants} grants in ${rounds} rounds`);
  return [...wrong, ...verdict.wrong];
}

/** Each agent waits for the lock, has it alone for a moment, and lets go, `rounds` times. */
export async function takeTurns(
  instances: readonly LockHost[],
  workspaceId: string,
  { rounds, agents }: RaceSize,
): Promise<{ readonly turns: number; readonly wrong: string[] }> {
  let inside = 0;
  let turns = 0;
  const wrong: string[] = [];
  await Promise.all(Array.from({ length: agents }, async (_, nth) => {
    const app = instances[nth % instances.length]!;
    const agentId = `agent-${nth}`;
    for (let round = 0; round < rounds; round++) {
      await acquireLock(app, as(workspaceId, agentId), { path: "x", agentId }, { waitMs: 60_000 });
      if (++inside > 1) wrong.push(`${inside} inside`);
      turns++;
      await Promise.resolve();
      inside--;
      await releaseLock(app, as(workspaceId, agentId), { path: "x", agentId });
    }
  }));
  const verdict = judgeLog(await lockLog(instances[0]!.ctx, workspaceId));
  return { turns, wrong: [...wrong, ...verdict.wrong] };
}
