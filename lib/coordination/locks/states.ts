/** What is stored about paths, read without a transaction. */
import type { AppContext } from "../../kernel/context.ts";
import type { Key } from "../../kernel/kv/mod.ts";
import type { PathState } from "./decide.ts";
import { keyPart, literalPrefix, LONG_PREFIX, matchesGlob } from "./paths.ts";
import {
  type ListedLock,
  listedLockKey,
  type LockLine,
  type LockRecord,
  lockTicketKey,
  type PathTicket,
} from "./keys.ts";
import { lineKey, readTickets } from "./queue.ts";
import { recordKey } from "./stage.ts";

type ReadContext = Pick<AppContext, "kv" | "clock">;

export async function readPaths(
  { kv, clock }: ReadContext,
  workspaceId: string,
  paths: readonly string[],
): Promise<PathState[]> {
  const [records, lines] = await Promise.all([
    kv.getMany<LockRecord>(paths.map((path) => recordKey(workspaceId, "path", path))),
    kv.getMany<LockLine>(paths.map((path) => lineKey(workspaceId, path))),
  ]);
  const nowMs = clock.now();
  return await Promise.all(paths.map(async (path, i) => ({
    path,
    record: records[i]!.value,
    tickets: await readTickets(kv, workspaceId, path, lines[i]!.value, nowMs),
  })));
}

/** What a glob covers of what is held and of where callers wait. */
export async function readCovered(
  ctx: ReadContext,
  workspaceId: string,
  glob: string,
): Promise<PathState[]> {
  const states = new Map<string, PathState & { tickets: PathTicket[] }>();
  const listed: string[] = [];
  const pointers = (...part: string[]) => listedLockKey(workspaceId, "path", ...part);
  for await (const { path } of under<ListedLock>(ctx, pointers, glob)) listed.push(path);
  const records = await ctx.kv.getMany<LockRecord>(
    listed.map((path) => recordKey(workspaceId, "path", path)),
  );
  for (const { value } of records) {
    if (value?.held) states.set(value.path, { path: value.path, record: value, tickets: [] });
  }
  const places = (...part: string[]) => lockTicketKey(workspaceId, ...part);
  for await (const ticket of under<PathTicket>(ctx, places, glob)) {
    const { path } = ticket;
    const known = states.get(path) ?? { path, record: null, tickets: [] };
    known.tickets.push(ticket);
    states.set(path, known);
  }
  return [...states.values()];
}

/** Values under the glob's literal prefix, and the few that are keyed by digest, whose path it matches. */
async function* under<T extends { readonly path: string }>(
  { kv }: ReadContext,
  keyOf: (...part: string[]) => Key,
  glob: string,
): AsyncGenerator<T> {
  const literal = literalPrefix(glob);
  const at = keyOf().length;
  // Behind a prefix this long there are digests only.
  const starts = literal === ""
    ? [""]
    : [LONG_PREFIX, ...(keyPart(literal) === literal ? [literal] : [])];
  for (const start of starts) {
    for await (const { key, value } of kv.list<T>({ prefix: keyOf(), start: keyOf(start) })) {
      if (!String(key[at]).startsWith(start)) break;
      if (matchesGlob(glob, value.path)) yield value;
    }
  }
}
