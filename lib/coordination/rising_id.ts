/**
 * Ids that rise with the log also where several servers write it and their clocks differ: who answers what
 * another server stored a moment ago must stand behind it. On a store of one process its own ids do.
 */
import { decodeTime } from "@std/ulid";
import type { AppContext } from "../kernel/context.ts";
import type { Key } from "../kernel/kv/mod.ts";

/** The newest id under a prefix of records, to be given to `idAfter`; "" where ids need no help. */
export async function newestId(ctx: Pick<AppContext, "kv">, prefix: Key): Promise<string> {
  if (ctx.kv.exclusive) return "";
  for await (const { key } of ctx.kv.listBytes({ prefix }, { limit: 1, reverse: true })) {
    return String(key.at(-1));
  }
  return "";
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_LENGTH = 10;

/** The id, or where it is not behind `newest` the same with a time one millisecond behind that one's. */
export function idAfter(id: string, newest: string): string {
  if (id > newest) return id;
  const start = id.indexOf("_") + 1;
  let left = decodeTime(newest.slice(start)) + 1;
  let time = "";
  for (let i = 0; i < TIME_LENGTH; i++) {
    time = ALPHABET[left % 32]! + time;
    left = Math.floor(left / 32);
  }
  return id.slice(0, start) + time + id.slice(start + TIME_LENGTH);
}
