/**
 * One account as arithmetic: what a process may hold of it, and which calls that pays for. A slice is money that may
 * be on its way out at any moment, without another word to the store. So what a dead process held counts as spent:
 * its calls may have been made. What can be lost that way is kept small: beside calls in flight a process holds a
 * 64th of what is free, and nothing where a call does not fit into that.
 */

/** What one process holds of an account. */
export interface Slice {
  readonly heldMicros: number;
  /** Of it, not used when it was written; others may ask for it. */
  readonly freeMicros: number;
  /** Epoch ms; renewed while anything is held. */
  readonly until: number;
  /** Counts the holder's writes, to know afterwards whether one took effect. */
  readonly n: number;
}

export interface AccountRecord {
  readonly v: 1;
  readonly spentMicros: number;
  readonly slices: Readonly<Record<string, Slice>>;
  /** By the process that died; it comes back for it if it was only thought dead. */
  readonly unsettled: Readonly<Record<string, number>>;
  /** A process was short of money that others hold: they give back what they do not use. Epoch ms. */
  readonly wantedAt?: number;
  /** First refusal since the budget was set or reset. Epoch ms. */
  readonly exhaustedAt?: number;
}

export const NEW_ACCOUNT: AccountRecord = { v: 1, spentMicros: 0, slices: {}, unsettled: {} };

export interface Wish {
  readonly holder: string;
  /** Infinity: the budget was removed. */
  readonly limitMicros: number;
  readonly nowMs: number;
  readonly n: number;
  /** The one process there is, by what its holders' names begin with: other slices are of the dead. Null: there are several. */
  readonly alone: string | null;
  /** Settled and not written yet. */
  readonly spentMicros: number;
  /** Held by calls that are not over. */
  readonly inUseMicros: number;
  /** Of it, by calls that still ask other budgets; it may come back at once. */
  readonly provisionalMicros: number;
  /** Calls that wait, in order, and for how long they have. */
  readonly needs: readonly { readonly micros: number; readonly waitedMs: number }[];
  /** Worth having at hand for the next calls. */
  readonly demandMicros: number;
  /** What the last call held: less than that at hand is of no use. */
  readonly callMicros: number;
}

export type Verdict = "granted" | "wait" | "refused";

export interface Plan {
  readonly record: AccountRecord;
  /** Nothing to write. */
  readonly same: boolean;
  readonly heldMicros: number;
  /** Of it, for calls that waited. */
  readonly grantedMicros: number;
  readonly verdicts: readonly Verdict[];
  /** The first refusal. */
  readonly exhausted: boolean;
}

export const LEASE_MS = 15_000;
/** Beyond the lease, for clocks that differ. */
const GRACE_MS = 2_000;
const HEADROOM_SHARE = 64;
/** How long a call waits for what others hold and do not use; they look for that four times a second. */
export const RECALL_MS = 800;
/** And for calls of others that may be over already: what they settled is written within 50 ms. */
const SETTLING_MS = 150;
const WANTED_MS = 1_500;
const WANTED_AGAIN_MS = 200;
const UNSETTLED_MAX = 50;
/** Where the oldest of many dead processes are added up. */
const EARLIER = "earlier";

export function planAccount(before: AccountRecord, wish: Wish): Plan {
  const { holder, nowMs, spentMicros, inUseMicros } = wish;
  const { slices, unsettled, reclaimed } = withoutDead(before, wish);
  const own: Slice | undefined = slices[holder];
  delete slices[holder];
  delete unsettled[holder];
  const spent = before.spentMicros + spentMicros;
  const others = Object.values(slices);
  const mine = wish.limitMicros - spent - sum(Object.values(unsettled)) -
    sum(others.map((slice) => slice.heldMicros));
  const granted = grant(wish, mine, {
    free: sum(others.map((slice) => slice.freeMicros)),
    held: sum(others.map((slice) => slice.heldMicros)),
  });
  const used = inUseMicros + granted.micros;
  const wanted = nowMs - (before.wantedAt ?? 0) < WANTED_MS;
  const free = headroom(wish, mine - used, wanted, slackOf(own, wish));
  const held = used + free;
  if (held > 0) {
    const until = own && own.until - nowMs > LEASE_MS / 2 ? own.until : nowMs + LEASE_MS;
    slices[holder] = { heldMicros: held, freeMicros: free, until, n: wish.n };
  }
  const asks = granted.short && nowMs - (before.wantedAt ?? 0) > WANTED_AGAIN_MS;
  const exhausted = granted.verdicts.includes("refused") && before.exhaustedAt === undefined;
  const same = spentMicros === 0 && !reclaimed && !asks && !exhausted &&
    (own?.heldMicros ?? 0) === held && own?.until === slices[holder]?.until;
  return {
    record: {
      ...before,
      spentMicros: spent,
      slices,
      unsettled,
      ...(asks && { wantedAt: nowMs }),
      ...(exhausted && { exhaustedAt: nowMs }),
    },
    same,
    heldMicros: held,
    grantedMicros: granted.micros,
    verdicts: granted.verdicts,
    exhausted,
  };
}

/** The record as it is to be shown: what the dead hold counts as spent before anybody wrote so. */
export function withDeadUnsettled(
  record: AccountRecord,
  seen: Pick<Wish, "alone" | "nowMs">,
): AccountRecord {
  const { slices, unsettled } = withoutDead(record, { ...seen, holder: "" });
  return { ...record, slices, unsettled };
}

/** What a call may still use, held or not. */
export function remainingOf(record: AccountRecord, limitMicros: number): number {
  const { spentMicros, unsettledMicros, heldMicros } = sumsOf(record);
  const free = sum(Object.values(record.slices).map((slice) => slice.freeMicros));
  return Math.max(0, limitMicros - spentMicros - unsettledMicros - heldMicros + free);
}

export function sumsOf(record: AccountRecord) {
  return {
    spentMicros: record.spentMicros,
    heldMicros: sum(Object.values(record.slices).map((slice) => slice.heldMicros)),
    unsettledMicros: sum(Object.values(record.unsettled)),
  };
}

/** Slices whose process is gone become unsettled. It never gives money back, so a wrong guess is harmless. */
function withoutDead(
  before: AccountRecord,
  wish: Pick<Wish, "holder" | "alone" | "nowMs">,
) {
  const slices: Record<string, Slice> = { ...before.slices };
  const unsettled: Record<string, number> = { ...before.unsettled };
  let reclaimed = false;
  for (const [id, slice] of Object.entries(slices)) {
    const lives = wish.alone === null
      ? slice.until + GRACE_MS > wish.nowMs
      : id.startsWith(`${wish.alone}.`);
    if (id === wish.holder || lives) continue;
    delete slices[id];
    unsettled[id] = (unsettled[id] ?? 0) + slice.heldMicros;
    reclaimed = true;
  }
  const named = Object.keys(unsettled).filter((id) => id !== EARLIER && id !== wish.holder);
  for (const id of named.slice(0, Math.max(0, named.length - UNSETTLED_MAX))) {
    unsettled[EARLIER] = (unsettled[EARLIER] ?? 0) + unsettled[id]!;
    delete unsettled[id];
  }
  return { slices, unsettled, reclaimed };
}

/** In order, each that fits: a large one that does not leaves the small ones behind it what there is. */
function grant(
  wish: Wish,
  mine: number,
  elsewhere: { readonly free: number; readonly held: number },
) {
  let micros = 0;
  let short = false;
  const verdicts = wish.needs.map((need): Verdict => {
    const missing = wish.inUseMicros + micros + need.micros - mine;
    if (missing <= 0) {
      micros += need.micros;
      return "granted";
    }
    if (missing <= wish.provisionalMicros && need.waitedMs < RECALL_MS) return "wait";
    if (missing <= elsewhere.free && need.waitedMs < RECALL_MS) {
      short = true;
      return "wait";
    }
    return missing <= elsewhere.held && need.waitedMs < SETTLING_MS ? "wait" : "refused";
  });
  return { micros, short, verdicts };
}

/** What is at hand now; it stays as it is while that is good enough. */
function slackOf(own: Slice | undefined, wish: Wish): number {
  return wish.spentMicros > 0 ? 0 : (own?.heldMicros ?? 0) - wish.inUseMicros;
}

function headroom(wish: Wish, free: number, wanted: boolean, slack: number): number {
  if (wanted || wish.demandMicros === 0) return 0;
  const most = Math.floor(free / HEADROOM_SHARE);
  const good = Math.min(wish.demandMicros, most);
  if (good < wish.callMicros || good <= 0) return 0;
  return slack <= most && slack >= good / 2 && slack <= good * 2 ? slack : good;
}

function sum(micros: readonly number[]): number {
  return micros.reduce((total, one) => total + one, 0);
}
