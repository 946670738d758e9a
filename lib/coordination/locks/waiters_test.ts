import { assertEquals, assertRejects } from "@std/assert";
import type { AppContext } from "../../kernel/context.ts";
import { ManualClock } from "../../kernel/core/clock.ts";
import type { EventHub, Follower } from "../../kernel/events/mod.ts";
import { silentLogger } from "../../kernel/platform/log.ts";
import type { Store } from "../../kernel/kv/mod.ts";
import type { LockRequest } from "./request.ts";
import type { Terms } from "./stage.ts";
import { LockWaiters, Waiter } from "./waiters.ts";

/** Waiters of one instance among several: its store answers as told, its hub only notes who follows. */
function world() {
  const clock = new ManualClock();
  const reads: (() => Promise<unknown>)[] = [];
  const read = () => (reads.shift() ?? (() => Promise.resolve()))();
  const kv = {
    exclusive: false,
    get: async () => (await read(), { value: null, versionstamp: null }),
  } as unknown as Store;
  const followers: Follower[] = [];
  let left = 0;
  const hub = {
    subscribe(_ws: string, _stream: string, _options: unknown, follower: Follower) {
      followers.push(follower);
      return () => void left++;
    },
  } as unknown as EventHub;
  const ctx = { kv, clock, log: silentLogger } as unknown as AppContext;
  const waiters = new LockWaiters(ctx, hub);
  const waiter = (agentId: string) => {
    const target = { kind: "path", paths: ["src/a.ts"] };
    const request = { workspaceId: "w", actor: agentId, target, input: { agentId } };
    return new Waiter(request as unknown as LockRequest, {} as Terms);
  };
  return { clock, reads, followers, waiters, waiter, left: () => left };
}

const macrotask = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

Deno.test("LockWaiters.enter() that cannot hear other instances leaves nobody behind; the next one hears them", async () => {
  const { reads, followers, waiters, waiter, left } = world();
  reads.push(() => Promise.reject(new Error("the store is gone")));
  await assertRejects(() => waiters.enter(waiter("ada")), Error, "the store is gone");
  assertEquals([waiters.size, followers.length], [0, 0]);
  const bob = waiter("bob");
  await waiters.enter(bob);
  assertEquals([waiters.size, followers.length], [1, 1]);
  waiters.leave(bob);
  await macrotask();
  assertEquals(left(), 1);
  await waiters.close();
});

Deno.test("LockWaiters.enter() resolves for everybody only when other instances are heard", async () => {
  const { reads, followers, waiters, waiter } = world();
  const head = Promise.withResolvers<void>();
  reads.push(() => head.promise);
  const entered: string[] = [];
  const both = ["ada", "bob"].map((id) => waiters.enter(waiter(id)).then(() => entered.push(id)));
  await macrotask();
  assertEquals([entered, followers.length], [[], 0]);
  head.resolve();
  await Promise.all(both);
  assertEquals([entered, followers.length], [["ada", "bob"], 1]);
});

Deno.test("LockWaiters follow the board again when they could be told no more, and look at once", async () => {
  const { clock, followers, waiters, waiter } = world();
  const ada = waiter("ada");
  await waiters.enter(ada);
  ada.place = { v: 1, id: "t", agentId: "ada", at: 1, aliveUntil: 2, store: "s", path: "src/a.ts" };
  followers[0]!.send({ kind: "closed", reason: "closing" });
  await ada.sleep(clock, 60_000, undefined);
  const again = ada.sleep(clock, 60_000, undefined);
  clock.advance(1_000);
  await again;
  assertEquals(followers.length, 2);
});
