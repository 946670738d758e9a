/**
 * One agent watches while another works: by the event stream, and by WebSocket. Run it:
 * `deno run -A tests/client/realtime.ts http://127.0.0.1:8000`
 */
import { connect, type Muster, type MusterEvent } from "../../lib/client/mod.ts";

export interface RealtimeOutcome {
  /** Types, in commit order. */
  readonly seen: readonly string[];
  readonly frames: readonly string[];
  readonly chat: readonly string[];
  /** What a reader finds that begins again after an event it knew. */
  readonly resumed: readonly string[];
  readonly grantedAfterWait: boolean;
}

export interface RealtimeOptions {
  readonly key?: string;
  /** Node before 22 has none. */
  readonly WebSocket?: typeof WebSocket;
  readonly say?: (line: string) => void;
}

export async function realtime(
  url: string,
  options: RealtimeOptions = {},
): Promise<RealtimeOutcome> {
  const { say = () => {}, ...rest } = options;
  const watcher = connect({ url, ...rest, agentId: "watcher" });
  const worker = watcher.as("worker");
  await watcher.register();
  await worker.register();

  const stop = new AbortController();
  const events: MusterEvent[] = [];
  const live = ready();
  const reading = (async () => {
    const types = ["task.*", "lock.*", "chat.posted"];
    const onState = (state: string) => state === "live" && live.now();
    for await (const event of watcher.events({ types, signal: stop.signal, onState })) {
      events.push(event);
      say(`${event.type} by ${event.actor}`);
      if (event.type === "chat.posted") stop.abort();
    }
  })();
  const socket = await watcher.socket();
  const frames: string[] = [];
  const opened = ready();
  const told = ready();
  socket.on("*", (frame) => {
    frames.push(frame.type);
    opened.now();
    if (frame.type === "chat") told.now();
  });
  await Promise.all([live.done, opened.done]);

  const granted = await work(worker, watcher);
  await Promise.all([reading, told.done]);
  await socket.close();

  const resumed: string[] = [];
  for await (
    const { type } of watcher.events({ types: ["task.*", "chat.posted"], after: events[0]!.id })
  ) {
    resumed.push(type);
    if (type === "chat.posted") break;
  }
  return {
    seen: events.map(({ type }) => type),
    frames,
    chat: (await watcher.chat.latest()).map(({ message }) => message),
    resumed,
    grantedAfterWait: granted,
  };
}

/** The second waits for the first's lock in the queue, woken by its release. */
async function work(worker: Muster, other: Muster): Promise<boolean> {
  const task = await worker.tasks.create({ title: "Measure" });
  const first = await worker.locks.acquire("bench/results.json");
  const second = other.locks.acquire("bench/results.json", { waitMs: 20_000 });
  await worker.tasks.claim(task.id);
  await worker.tasks.complete(task.id);
  await first.release();
  const lock = await second;
  const rose = lock.token > first.token;
  await lock.release();
  await worker.chat.post("Measured");
  return rose;
}

function ready(): { readonly done: Promise<void>; now(): void } {
  let now = () => {};
  const done = new Promise<void>((resolve) => now = resolve);
  return { done, now: () => now() };
}

if (import.meta.main) {
  const [url = "http://127.0.0.1:8000"] = Deno.args;
  const say = (line: string) => console.log(line);
  console.log(await realtime(url, { key: Deno.env.get("MUSTER_KEY"), say }));
}
