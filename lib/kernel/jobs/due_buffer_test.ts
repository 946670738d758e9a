import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { storedKey } from "../kv/keyspace.ts";
import { type Candidate, DueBuffer } from "./due_buffer.ts";

function candidate(ws: string, n: number, due = n, versionstamp = "1"): Candidate {
  const job = {
    v: 1,
    id: `${ws}${n}`,
    ws,
    name: "j",
    data: null,
    due,
    attempt: 0,
    crashes: 0,
    at: 0,
  } as const;
  return {
    id: `${ws}/${n}`,
    key: storedKey(["q", 0, due, job.id]),
    versionstamp,
    bytes: new Uint8Array(),
    job,
    shard: 0,
  };
}
const bufferOf = (...candidates: Candidate[]) => {
  const buffer = new DueBuffer(1);
  for (const item of candidates) buffer.add(item);
  return buffer;
};
const idle = new Map<string, number>();

Deno.test("DueBuffer.take() gives a flooded workspace no more than its turn", () => {
  const flood = Array.from({ length: 100 }, (_, n) => candidate("a", n));
  const buffer = bufferOf(...flood, candidate("b", 200), candidate("c", 300));
  assertEquals(buffer.take(4, idle).map((c) => c.job.ws).sort(), ["a", "a", "b", "c"]);
});

Deno.test("DueBuffer.take() prefers the workspace with fewest jobs running", () => {
  const buffer = bufferOf(
    candidate("a", 1),
    candidate("a", 2),
    candidate("b", 3),
    candidate("b", 4),
  );
  assertEquals(buffer.take(2, new Map([["a", 5]])).map((c) => c.job.ws), ["b", "b"]);
});

Deno.test("DueBuffer.take() goes by due time within a workspace", () => {
  const buffer = bufferOf(candidate("a", 1, 30), candidate("a", 2, 10), candidate("a", 3, 20));
  assertEquals(buffer.take(3, idle).map((c) => c.job.due), [10, 20, 30]);
});

Deno.test("DueBuffer.add() replaces a place seen with a newer version", () => {
  const buffer = bufferOf(
    candidate("a", 1, 1, "2"),
    candidate("a", 1, 1, "3"),
    candidate("a", 1, 1, "1"),
  );
  assertEquals(buffer.size, 1);
  assertEquals(buffer.take(9, idle).map((c) => c.versionstamp), ["3"]);
});

Deno.test("DueBuffer does not take back what a read saw before its claim", () => {
  const buffer = bufferOf(candidate("a", 1));
  buffer.beginRead();
  const taken = buffer.take(1, idle);
  buffer.settle(taken);
  buffer.add(candidate("a", 1));
  assertEquals(buffer.size, 0);
  buffer.add(candidate("a", 1, 1, "9"));
  assertEquals(buffer.size, 1);
  buffer.endRead();
});

Deno.test("DueBuffer.putBack() takes back what was taken while a read is under way", () => {
  const buffer = bufferOf(candidate("a", 1));
  buffer.beginRead();
  const [taken] = buffer.take(1, idle);
  buffer.settle([taken!]);
  buffer.putBack(taken!);
  assertEquals(buffer.size, 1);
  buffer.endRead();
  assertEquals(buffer.take(1, idle), [taken!]);
});

const jobs = fc.array(fc.record({ ws: fc.constantFrom("a", "b", "c", "d"), due: fc.nat(50) }), {
  maxLength: 60,
});

Deno.test("DueBuffer.take() hands out each job once, none forgotten, shares within one of each other", () => {
  fc.assert(
    fc.property(
      jobs,
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(1, 8),
      (list, slots, spread) => {
        const buffer = new DueBuffer(1, spread, 77);
        list.forEach(({ ws, due }, n) => buffer.add(candidate(ws, n, due)));
        const waiting = new Map<string, number>();
        for (const { ws } of list) waiting.set(ws, (waiting.get(ws) ?? 0) + 1);
        const seen = new Set<string>();
        while (buffer.size > 0) {
          const round = buffer.take(slots, idle);
          const share = new Map<string, number>();
          for (const { id, job } of round) {
            assert(!seen.has(id));
            seen.add(id);
            share.set(job.ws, (share.get(job.ws) ?? 0) + 1);
          }
          const most = Math.max(...share.values());
          for (const [ws, count] of waiting) {
            const got = share.get(ws) ?? 0;
            assert(got >= Math.min(count, most - 1));
            waiting.set(ws, count - got);
          }
        }
        assertEquals(seen.size, list.length);
      },
    ),
  );
});
