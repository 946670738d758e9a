/** Counting, and reading what was counted. */
import type { AppContext } from "../../kernel/context.ts";
import type { Key, Tx } from "../../kernel/kv/mod.ts";
import { dayTallyKey, tallyKey } from "./keys.ts";

/** Over an agent's life. */
export interface Tallies {
  /** Escalations that opened, and how those resolved were resolved. */
  readonly escalations: number;
  readonly self: number;
  readonly peer: number;
  readonly human: number;
  /** Times another agent said it helped. */
  readonly helped: number;
  readonly tokens: number;
}

/** On one UTC day. */
export interface DayTallies {
  /** Completed traces. */
  readonly tasks: number;
  /** Sum of their efficiencies, 0 to 1 each. */
  readonly efficiency: number;
  readonly xp: number;
  readonly tokens: number;
}

const NONE: Tallies = { escalations: 0, self: 0, peer: 0, human: 0, helped: 0, tokens: 0 };
const NO_DAY: DayTallies = { tasks: 0, efficiency: 0, xp: 0, tokens: 0 };
/** Counters hold integers: efficiencies are counted in millionths. */
const MILLIONTHS = 1_000_000;

export function stageTally(tx: Tx, agentId: string, name: keyof Tallies, amount = 1): void {
  if (amount > 0) tx.sum(tallyKey(tx.workspaceId, agentId, name), amount);
}

export function stageDayTally(
  tx: Tx,
  agentId: string,
  name: keyof DayTallies,
  amount: number,
  nowMs: number,
): void {
  const counted = name === "efficiency" ? Math.round(amount * MILLIONTHS) : amount;
  if (counted > 0) tx.sum(dayTallyKey(tx.workspaceId, agentId, dayOf(nowMs), name), counted);
}

/** Kudos and resolved escalations count for who helped. */
export function stagePeerHelped(tx: Tx, agentId: string): void {
  stageTally(tx, agentId, "helped");
}

/** In the commit of a heartbeat: `tokens` used since the one before. */
export function stageTokensUsed(tx: Tx, agentId: string, tokens: number, nowMs: number): void {
  stageTally(tx, agentId, "tokens", tokens);
  stageDayTally(tx, agentId, "tokens", tokens, nowMs);
}

export async function getTallies(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  agentId: string,
): Promise<Tallies> {
  return await read(ctx, tallyKey.prefix(workspaceId, agentId), NONE);
}

export async function getDayTallies(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  agentId: string,
  nowMs: number,
): Promise<DayTallies> {
  const day = await read(ctx, dayTallyKey.prefix(workspaceId, agentId, dayOf(nowMs)), NO_DAY);
  return { ...day, efficiency: day.efficiency / MILLIONTHS };
}

async function read<T extends object>(
  { kv }: Pick<AppContext, "kv">,
  prefix: Key,
  none: T,
): Promise<T> {
  const found: Record<string, number> = {};
  for await (const { key, value } of kv.list<number>({ prefix })) {
    found[String(key.at(-1))] = value;
  }
  return { ...none, ...found };
}

const dayOf = (nowMs: number) => new Date(nowMs).toISOString().slice(0, 10);
