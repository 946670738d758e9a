/** An agent's page and the list of agents in a real browser. */
import { assertEquals, assertMatch } from "@std/assert";
import { BoardSite } from "../harness/board_site.ts";
import { axeFindings } from "../harness/browser.ts";
import { loose } from "../harness/chat_site.ts";

const site = BoardSite.perTest();

const found = { tool: "read", intent: "Where tickets are kept", outcome: "found", durationMs: 800 };

/** An agent with a record: a finished trace, memories, a checkpoint, a lock, a message. */
async function seasoned(agentId: string): Promise<void> {
  await site.agents(agentId);
  await site.post(`/agent/${agentId}/soul`, {});
  await site.post(`/agent/${agentId}/trace`, { task: "Fair queue", sessionId: "one" });
  await site.post(`/agent/${agentId}/trace/one/step`, found);
  await site.post(`/agent/${agentId}/trace/one/complete`, {});
  await site.app.json("PATCH", `/agent/${agentId}/soul`, { traceId: "one", domain: "backend" });
  const content = "Tickets are renewed by the instance that holds them";
  await site.post(`/agent/${agentId}/memory`, { category: "decision", content });
  await site.post(`/agent/${agentId}/memory`, { content: "Batches hold a thousand entries" });
  await site.post(`/agent/${agentId}/checkpoint`, { pendingWork: ["Measure p99"] });
  await site.post("/lock/src%2Fqueue.ts/lock", { agentId });
  await site.post(`/agent/${agentId}/messages`, { from: "sage", message: "Have a look" });
}

Deno.test("the page shows what was measured of an agent", loose, async () => {
  await seasoned("phoenix");
  await using watched = await site.open("/agents/phoenix", "agent");
  const { page } = watched;
  await page.getByText("40 xp", { exact: true }).waitFor();
  await page.getByRole("region", { name: "Coaching" }).getByRole("listitem").first().waitFor();
  const traces = page.getByRole("region", { name: "Traces" });
  await traces.getByText("Where tickets are kept").waitFor();
  await page.getByRole("region", { name: "At work on" }).getByText("src/queue.ts").waitFor();
  await page.getByRole("region", { name: "Checkpoint" }).getByText("Measure p99").waitFor();
  await page.getByRole("region", { name: "Inbox" }).getByText("1 unread").waitFor();
  await page.getByRole("region", { name: "Abilities" }).getByText("Backend").waitFor();
  assertEquals(watched.errors, []);
});

Deno.test("what the agent does shows while one looks", loose, async () => {
  await seasoned("phoenix");
  await using watched = await site.open("/agents/phoenix", "agent");
  const { page } = watched;
  await site.post("/agent/phoenix/trace", { task: "Ring other instances", sessionId: "two" });
  await site.post("/agent/phoenix/trace/two/step", { ...found, intent: "Who rings the hub" });
  const traces = page.getByRole("region", { name: "Traces" });
  await traces.getByText("Who rings the hub").waitFor();
  await traces.getByText("Where tickets are kept").waitFor();
  await site.post("/agent/phoenix/trace/two/complete", {});
  await site.app.json("PATCH", "/agent/phoenix/soul", { traceId: "two" });
  await page.getByText("80 xp", { exact: true }).waitFor();
  await site.post("/agent/phoenix/checkpoint", { pendingWork: ["Write it down"] });
  await page.getByRole("region", { name: "Checkpoint" }).getByText("Write it down").waitFor();
  await site.app.json("PATCH", "/agent/phoenix/messages", {
    messageIds: [await page.locator(".inbox-row").first().getAttribute("data-message")],
  });
  await page.getByText("1 unread").waitFor({ state: "hidden" });
  assertEquals(watched.errors, []);
});

Deno.test("a person writes to the agent and helps it on", loose, async () => {
  await site.agents("cedar");
  await site.getStuck("cedar", "Keyboard moves");
  await using watched = await site.open("/agents/cedar", "agent");
  const { page } = watched;
  await page.getByLabel("Message to cedar").fill("Look in lib/ui");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Inbox" }).getByText("Look in lib/ui").waitFor();
  const inbox = await site.app.json<{ messages: { from: string; message: string }[] }>(
    "GET",
    "/agent/cedar/messages",
  );
  assertEquals([inbox.messages[0]!.from, inbox.messages[0]!.message], [
    "user:local",
    "Look in lib/ui",
  ]);
  await page.getByRole("button", { name: "Resolve" }).click();
  await page.getByLabel("Hint for the agent").fill("The tree keeps its focus");
  await page.getByRole("button", { name: "Mark resolved" }).click();
  const past = page.getByRole("region", { name: "Escalations resolved" });
  await past.getByText("The tree keeps its focus").waitFor();
  assertEquals(await page.getByRole("region", { name: "Needs help" }).count(), 0);
});

Deno.test("memories are searched by the server's ranking", loose, async () => {
  await seasoned("phoenix");
  await using watched = await site.open("/agents/phoenix", "agent");
  const memories = watched.page.getByRole("region", { name: "Memories" });
  await memories.getByLabel("Search memories").last().fill("tickets");
  await memories.getByText("Batches hold").waitFor({ state: "hidden" });
  await memories.getByText("Tickets are renewed").waitFor();
  await memories.getByLabel("Search memories").last().fill("zebra");
  await memories.getByText("Nothing fits").waitFor();
});

Deno.test("the list finds agents and follows who comes", loose, async () => {
  await site.agents("phoenix", "sage");
  await using watched = await site.open("/agents", "agents");
  const { page } = watched;
  await site.post("/coordinator/agents", { agentId: "cedar", capabilities: ["frontend"] });
  await page.getByRole("link", { name: "cedar" }).waitFor();
  await page.getByRole("searchbox", { name: "Find agents" }).fill("frontend");
  await page.getByRole("link", { name: "sage" }).waitFor({ state: "hidden" });
  assertMatch(page.url(), /\?q=frontend$/);
  await page.getByRole("link", { name: "cedar" }).click();
  await page.getByRole("heading", { level: 1, name: "cedar" }).waitFor();
  assertEquals(watched.errors, []);
});

Deno.test("an agent nobody heard of is a page that says so", loose, async () => {
  const response = await site.app.fetch("/agents/nobody");
  assertEquals(response.status, 404);
  assertMatch(await response.text(), /There is no such page/);
});

Deno.test("without script an agent's page is read", loose, async () => {
  await seasoned("phoenix");
  await using watched = await site.open("/agents/phoenix", "agent", { javaScript: false });
  await watched.page.getByText("Where tickets are kept").waitFor();
  await watched.page.getByText("Tickets are renewed").waitFor();
  assertEquals(await watched.page.getByLabel("Message to phoenix").isVisible(), false);
});

Deno.test("no accessibility findings on agents' pages, also on a phone", loose, async () => {
  await seasoned("phoenix");
  await site.agents("cedar");
  await site.getStuck("cedar", "Keyboard moves");
  for (const scheme of ["light", "dark"] as const) {
    for (const width of [1440, 390]) {
      for (const [path, kind] of [["/agents", "agents"], ["/agents/cedar", "agent"]] as const) {
        const options = { scheme, width, reducedMotion: true };
        await using watched = await site.open(path, kind, options);
        assertEquals(await axeFindings(watched.page), [], `${path}, ${scheme}, ${width}`);
        assertEquals(watched.errors, []);
      }
    }
  }
});
