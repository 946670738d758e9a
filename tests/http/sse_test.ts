/** Streams lose and repeat nothing, whatever their viewers do. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { readEvents } from "../../lib/kernel/events/mod.ts";
import { transact } from "../../lib/kernel/kv/mod.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";
import { SseReader } from "./sse_reader.ts";

const WS = "default";

async function newSession(app: TestApp): Promise<string> {
  const response = await app.fetch("/api/v1/sessions", { method: "POST" });
  return (await response.json()).session.id;
}

/** Appends bursts of events, as many commits as bursts, and a last one that says so. */
async function append(app: TestApp, stream: string, bursts: readonly number[]): Promise<void> {
  let n = 0;
  for (const burst of bursts) {
    await transact(app.ctx, WS, (tx) => {
      for (let i = 0; i < burst; i++) {
        tx.emit(stream, { type: "test.happened", actor: "t", n: n++ });
      }
    });
  }
  await transact(app.ctx, WS, (tx) => tx.emit(stream, { type: "test.ended", actor: "t" }));
}

interface Visit {
  /** Events read before hanging up. */
  readonly reads: number;
  /** Resume by header or by query. */
  readonly byHeader: boolean;
}

const visits = fc.array(fc.record({ reads: fc.nat({ max: 12 }), byHeader: fc.boolean() }), {
  maxLength: 5,
});

/** Ids seen over several connections; the last one stays to the end. */
async function view(app: TestApp, path: string, plan: readonly Visit[]): Promise<string[]> {
  const seen: string[] = [];
  for (const visit of [...plan, { reads: Infinity, byHeader: true }]) {
    const reader = new SseReader(await open(app, path, seen.at(-1), visit.byHeader));
    let ended = false;
    for (let i = 0; i < visit.reads && !ended; i++) {
      const frame = await reader.nextEvent();
      if (!frame) break;
      seen.push(frame.id!);
      ended = frame.event === "test.ended";
    }
    await reader.close();
    if (ended) break;
  }
  return seen;
}

function open(app: TestApp, path: string, after: string | undefined, byHeader: boolean) {
  if (after === undefined) return app.fetch(path);
  return byHeader
    ? app.fetch(path, { headers: { "last-event-id": after } })
    : app.fetch(`${path}?after=${after}`);
}

const idsOf = async (app: TestApp, stream: string) =>
  (await readEvents(app.ctx, WS, stream)).map((event) => event.id);

Deno.test("GET …/events loses and repeats nothing over random disconnects and late joins", async () => {
  await using app = await testApp();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 12 }),
      fc.array(visits, { minLength: 1, maxLength: 4 }),
      async (bursts, viewers) => {
        const session = await newSession(app);
        const stream = `session:${session}`;
        const path = `/api/v1/sessions/${session}/events`;
        const early = viewers.map((plan) => view(app, path, plan));
        await append(app, stream, bursts);
        const late = view(app, path, []);
        const expected = await idsOf(app, stream);
        for (const seen of await Promise.all([...early, late])) assertEquals(seen, expected);
      },
    ),
    { seed: 20261121, numRuns: 25 },
  );
});
