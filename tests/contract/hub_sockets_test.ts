/**
 * Agents connected to several instances of one denokv server: what one does the others hear, a process that
 * is killed makes its agents go offline elsewhere, and of shadows that take over everywhere at once one wins.
 */
import { assertEquals } from "@std/assert";
import { startDenoKv } from "../harness/denokv.ts";
import { HubSocket } from "../harness/hub_socket.ts";
import { startServer } from "../harness/server.ts";
import { testApp } from "../harness/test_app.ts";
import { ask, eventsOf } from "../http/coordination/asked.ts";
import { SseReader } from "../http/sse_reader.ts";

const MASTER = { MUSTER_MASTER_KEY: "0".repeat(64) };
const PINGS = { agents: { pingIntervalMs: 400, missedPings: 3 } };
const MERGE = { "content-type": "application/merge-patch+json" };

Deno.test("WebSockets over a denokv server", async (t) => {
  await using server = await startDenoKv();
  if (!server) return console.log("denokv not built");
  const one = { path: server.url, env: MASTER };
  await using first = await testApp(one);
  await using second = await testApp(one);
  const statusOf = async (agentId: string) =>
    (await ask(second, "GET", `/api/v1/agents/${agentId}`)).body.agent?.status;
  await ask(first, "PATCH", "/api/v1/settings/coordination", PINGS, MERGE);

  await t.step(
    "a message posted at one is pushed by the other; both show who is here",
    async () => {
      await using phoenix = await HubSocket.open(first, "/coordinator?agentId=phoenix");
      await phoenix.next("agent-update");
      assertEquals(await statusOf("phoenix"), "active");
      await ask(second, "POST", "/coordinator/chat", { author: "heron", message: "over there?" });
      assertEquals((await phoenix.next("chat")).payload.message, "over there?");
    },
  );

  await t.step("closing at one marks offline unless another is open at the other", async () => {
    const here = await HubSocket.open(first, "/coordinator?agentId=phoenix");
    const there = await HubSocket.open(second, "/coordinator?agentId=phoenix");
    await Promise.all([here.next("agent-update"), there.next("agent-update")]);
    await here.close();
    await there.settled();
    assertEquals(await statusOf("phoenix"), "active");
    const reader = new SseReader(
      await first.fetch("/api/v1/events?types=agent.offline&after=latest"),
    );
    await reader.next();
    await there.close();
    const event = JSON.parse((await reader.nextEvent())!.data);
    assertEquals([event.agent.agentId, await statusOf("phoenix")], ["phoenix", "offline"]);
    await reader.close();
  });

  await t.step("an instance that is killed makes its agents go offline", async () => {
    const token = Deno.env.get("DENO_KV_ACCESS_TOKEN")!;
    const env = { ...MASTER, DENO_KV_ACCESS_TOKEN: token };
    await using killed = await startServer({ kvPath: server.url, env });
    const socket = await HubSocket.open(killed, "/coordinator?agentId=magpie");
    await socket.next("agent-update");
    assertEquals(await statusOf("magpie"), "active");
    const reader = new SseReader(
      await first.fetch("/api/v1/events?types=agent.offline&after=latest"),
    );
    await reader.next();
    killed.kill("SIGKILL");
    const event = JSON.parse((await reader.nextEvent())!.data);
    assertEquals([event.agent.agentId, await statusOf("magpie")], ["magpie", "offline"]);
    await Promise.all([reader.close(), socket.closed]);
  });

  await t.step("two taking over at once, one on each instance: one wins, 20 rounds", async () => {
    for (let round = 0; round < 20; round++) {
      const agentId = `primary-${round}`;
      const path = `/agent/${agentId}/shadow`;
      await ask(first, "POST", `/lock/src/${round}.ts/lock`, { agentId });
      await ask(first, "POST", path, { action: "register-shadow", shadowId: "heron" });
      const forced = { action: "takeover", force: true };
      const answers = await Promise.all(
        [first, second, first, second].map((app) => ask(app, "POST", path, forced)),
      );
      assertEquals(answers.map(({ status }) => status).sort(), [200, 409, 409, 409]);
    }
    assertEquals((await eventsOf(first, "lock.taken_over")).length, 20);
  });
});
