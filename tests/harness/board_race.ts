/** Many agents, on one instance or several, reach for one thing at once; says what each of them got. */
import { claimWork, getClaim } from "../../lib/coordination/claims/mod.ts";
import {
  claimHandoff,
  createHandoff,
  requireHandoff,
} from "../../lib/coordination/handoffs/mod.ts";
import { claimTask, createTask, requireTask } from "../../lib/coordination/tasks/mod.ts";
import { claimZone, listZones } from "../../lib/coordination/zones/mod.ts";
import type { AppContext } from "../../lib/kernel/context.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { readEvents } from "../../lib/kernel/events/mod.ts";

export type RaceContext = Pick<AppContext, "kv" | "clock" | "ids">;

export interface Prize {
  /** Puts the thing there; answers its name. */
  place(ctx: RaceContext, workspaceId: string, round: number): Promise<string>;
  reach(
    ctx: RaceContext,
    workspaceId: string,
    name: string,
    agentId: string,
    nth: number,
  ): Promise<unknown>;
  /** Whose it is after the race. */
  holder(ctx: RaceContext, workspaceId: string, name: string): Promise<string | undefined>;
  readonly event: string;
}

const call = (workspaceId: string, agentId: string) => ({ workspaceId, actor: `agent:${agentId}` });

export const PRIZES: Readonly<Record<"task" | "handoff" | "claim" | "zone", Prize>> = {
  task: {
    place: async (ctx, ws, round) =>
      (await createTask(ctx, call(ws, "boss"), { title: `Task ${round}` })).id,
    reach: (ctx, ws, taskId, agentId) => claimTask(ctx, call(ws, agentId), { taskId, agentId }),
    holder: async (ctx, ws, taskId) => (await requireTask(ctx, ws, taskId)).assignee,
    event: "task.claimed",
  },
  handoff: {
    place: async (ctx, ws, round) => {
      const input = { fromAgent: "boss", title: `Handoff ${round}`, context: "All of it" };
      return (await createHandoff(ctx, call(ws, "boss"), input)).id;
    },
    reach: (ctx, ws, handoffId, agentId) =>
      claimHandoff(ctx, call(ws, agentId), { handoffId, agentId }),
    holder: async (ctx, ws, id) => (await requireHandoff(ctx, ws, id)).claimedBy,
    event: "handoff.claimed",
  },
  claim: {
    place: (_ctx, _ws, round) => Promise.resolve(`work ${round}`),
    reach: (ctx, ws, what, by) => claimWork(ctx, call(ws, by), { what, by }),
    holder: async (ctx, ws, what) => (await getClaim(ctx, ws, what))?.by,
    event: "claim.claimed",
  },
  zone: {
    place: (_ctx, _ws, round) => Promise.resolve(`round${round}/src`),
    // Each path holds or lies in each other.
    reach: (ctx, ws, path, owner, nth) =>
      claimZone(ctx, call(ws, owner), {
        zoneId: `${path.replace("/", ".")}.${nth}`,
        path: path + "/deep".repeat(nth % 6),
        owner,
      }),
    holder: async (ctx, ws, path) => {
      const { items } = await listZones(ctx, ws, { limit: 100 });
      const inRound = items.filter((zone) => `${zone.path}/`.startsWith(`${path}/`));
      return inRound.map(({ owner }) => owner).join();
    },
    event: "zone.claimed",
  },
};

export interface RaceResult {
  /** Rounds in which exactly one of all won and the others were told so. */
  readonly fair: number;
  /** What was wrong with the rest. */
  readonly wrong: string[];
  /** Events that say somebody got something. */
  readonly events: number;
}

/** `agents` of them in each round, spread over the instances. */
export async function race(
  prize: Prize,
  instances: readonly RaceContext[],
  workspaceId: string,
  { rounds, agents }: { readonly rounds: number; readonly agents: number },
): Promise<RaceResult> {
  const wrong: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = instances[round % instances.length]!;
    const name = await prize.place(first, workspaceId, round);
    const told = await Promise.allSettled(
      Array.from({ length: agents }, (_, nth) => {
        // Over the rounds each of them is first to be asked.
        const agentId = `agent-${(nth + round) % agents}`;
        const ctx = instances[(nth + round) % instances.length]!;
        return prize.reach(ctx, workspaceId, name, agentId, nth).then(() => agentId);
      }),
    );
    const winners = told.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
    const others = told.flatMap((one) => one.status === "rejected" ? [codeOf(one.reason)] : []);
    const holder = await prize.holder(instances.at(-1)!, workspaceId, name);
    const isFair = winners.length === 1 && winners[0] === holder &&
      others.every((code) => code === "conflict, final");
    if (!isFair) {
      wrong.push(`${name}: won by [${winners}], held by ${holder}, [${new Set(others)}]`);
    }
  }
  const events = await countEvents(instances[0]!, workspaceId, prize.event);
  return { fair: rounds - wrong.length, wrong, events };
}

/** A refusal by rule; running out of attempts is a conflict that may be tried again. */
function codeOf(error: unknown): string {
  if (!(error instanceof AppError)) return String(error);
  return `${error.code}, ${error.retryable ? "try again" : "final"}`;
}

async function countEvents(ctx: RaceContext, workspaceId: string, type: string): Promise<number> {
  let count = 0;
  let after: string | undefined;
  do {
    const page = await readEvents(ctx, workspaceId, "board", { after });
    count += page.filter((event) => event.type === type).length;
    after = page.at(-1)?.id;
  } while (after !== undefined);
  return count;
}
