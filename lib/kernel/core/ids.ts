/** Branded ids: a ULID behind the prefix of its kind, so that an id names what it identifies. */
import { decodeTime } from "@std/ulid";
import { ulidSequence } from "./ulid_sequence.ts";

declare const brand: unique symbol;
export type Id<K extends string> = string & { readonly [brand]: K };

export const ID_PREFIX = {
  workspace: "ws",
  session: "ses",
  message: "msg",
  covenant: "cov",
  run: "run",
  step: "step",
  effect: "eff",
  approval: "apr",
  task: "task",
  handoff: "hof",
  memory: "mem",
  kudos: "kud",
  trace: "trc",
  escalation: "esc",
  heartbeat: "hb",
  soul: "soul",
  lock: "lock",
  key: "key",
  job: "job",
  webhook: "wh",
  request: "req",
  call: "call",
  instance: "inst",
} as const;

export type IdKind = keyof typeof ID_PREFIX;
export type RunId = Id<"run">;
export type StepId = Id<"step">;

/** Makes ids that sort by creation time within one process. */
export interface Ids {
  next<K extends IdKind>(kind: K): Id<K>;
}

export function ulidIds(now: () => number): Ids {
  const next = ulidSequence();
  return {
    next: <K extends IdKind>(kind: K) => `${ID_PREFIX[kind]}_${next(now())}` as Id<K>,
  };
}

/** Ids counted from 1, for tests whose expectations name them. */
export function seededIds(): Ids {
  let n = 0;
  return {
    next: <K extends IdKind>(kind: K) =>
      `${ID_PREFIX[kind]}_${String(++n).padStart(26, "0")}` as Id<K>,
  };
}

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

export function isId<K extends IdKind>(kind: K, value: string): value is Id<K> {
  const prefix = ID_PREFIX[kind];
  return value.startsWith(`${prefix}_`) && ULID.test(value.slice(prefix.length + 1));
}

/** Creation time in epoch ms of an id made by `ulidIds`. */
export function idTime(id: string): number {
  return decodeTime(id.slice(id.indexOf("_") + 1));
}
