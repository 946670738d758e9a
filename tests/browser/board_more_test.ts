/** The board under other conditions: restarts, no script, phones, many tasks. */
import { assert, assertEquals } from "@std/assert";
import { BoardSite, card, cardIn } from "../harness/board_site.ts";
import { axeFindings, openPage } from "../harness/browser.ts";
import { loose } from "../harness/chat_site.ts";
import { startServer } from "../harness/server.ts";
import { ADMIN_KEY, keyedApp } from "../harness/keyed_app.ts";

const site = BoardSite.perTest();

async function create(origin: string, title: string): Promise<void> {
  const response = await fetch(`${origin}/api/v1/tasks`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ title }),
  });
  assertEquals(response.status, 201, await response.text());
}

Deno.test(
  "the board says it is cut off and goes on after the server restarted",
  loose,
  async () => {
    const kvPath = `${await Deno.makeTempDir({ prefix: "muster-board-" })}/muster.kv`;
    const first = await startServer({ kvPath });
    await create(first.url, "Before");
    await using board = await site.open("/board", "board", {}, first.url);
    const { page } = board;
    await card(page, "Before").waitFor();
    await first[Symbol.asyncDispose]();
    await page.getByText("Reconnecting").waitFor();
    await using second = await startServer({ kvPath, env: { PORT: new URL(first.url).port } });
    await create(second.url, "After");
    await card(page, "After").waitFor();
    await page.getByText("Reconnecting").waitFor({ state: "hidden" });
    await cardIn(page, "Todo", "Before").waitFor();
  },
);

Deno.test(
  "without script the board is read, filtered by a form, and a task by its link",
  loose,
  async () => {
    await site.agents("phoenix");
    await site.task({ title: "Rotate keys", tags: ["auth"], description: "Every ninety days" });
    await site.task({ title: "Document retries" });
    await site.post("/lock/a.ts/lock", { agentId: "phoenix" });
    await site.say("phoenix", "Anybody here?");
    await using board = await site.open("/board", "board", { javaScript: false });
    const { page } = board;
    await page.getByText("Anybody here?").waitFor();
    await page.getByText("a.ts").waitFor();
    assertEquals(await page.getByRole("button", { name: "New task" }).count(), 0);
    await page.getByLabel("Filter by text").fill("rotate");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.waitForURL(/q=rotate/);
    assertEquals(await card(page, "Document retries").count(), 0);
    await card(page, "Rotate keys").click();
    await page.waitForURL(/task=task_/);
    assertEquals(await page.getByLabel("Description").inputValue(), "Every ninety days");
  },
);

Deno.test("on a phone one column shows, and a card's menu moves it", loose, async () => {
  await site.task({ title: "Rotate keys" });
  await site.say("phoenix", "Anybody here?");
  await using board = await site.open("/board", "board", { width: 390, height: 844 });
  const { page } = board;
  await page.getByRole("button", { name: "Actions for Rotate keys" }).click();
  await page.getByRole("menuitem", { name: "Move to Done" }).click();
  await card(page, "Rotate keys").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: /^Done 1/ }).click();
  await cardIn(page, "Done", "Rotate keys").waitFor();
  await page.getByRole("button", { name: "Chat", exact: true }).click();
  await page.getByText("Anybody here?").waitFor();
  assertEquals(await page.getByRole("button", { name: "Filter", exact: true }).isVisible(), false);
  await page.getByRole("button", { name: "Team", exact: true }).click();
  await page.getByRole("region", { name: "Locks" }).waitFor();
  const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assertEquals(wider, false);
  assertEquals(await axeFindings(page), []);
  assertEquals(board.errors, []);
});

Deno.test(
  "the chat stands at its newest when it is first shown, and when its height changes",
  loose,
  async () => {
    for (let index = 0; index < 40; index++) await site.say("phoenix", `Line ${index}`);
    await using board = await site.open("/board", "board", { width: 390, height: 844 });
    const { page } = board;
    await page.getByRole("button", { name: "Chat", exact: true }).click();
    const newest = page.getByText("Line 39", { exact: true });
    const isInView = () =>
      newest.evaluate((line) => {
        const list = line.closest(".chat-list")!.getBoundingClientRect();
        return line.getBoundingClientRect().bottom <= list.bottom + 1;
      });
    await page.waitForTimeout(100);
    assertEquals(await isInView(), true);
    await page.setViewportSize({ width: 390, height: 420 });
    await page.waitForTimeout(100);
    assertEquals(await isInView(), true);
    await page.getByText("Line 0", { exact: true }).scrollIntoViewIfNeeded();
    await site.say("sage", "While one reads further up");
    await page.getByRole("button", { name: "Newer messages" }).click();
    await page.getByText("While one reads further up").waitFor();
    await page.getByRole("button", { name: "Newer messages" }).waitFor({ state: "detached" });
  },
);

Deno.test(
  "the address of a task that is gone says so, also when it goes while one looks",
  loose,
  async () => {
    const { id } = await site.task({ title: "Rotate keys" });
    await using gone = await site.open("/board?task=task_nowhere");
    await gone.page.getByText("It was deleted, or there never was one").waitFor();
    await gone.page.keyboard.press("Escape");
    await gone.page.getByRole("dialog").waitFor({ state: "hidden" });
    await using board = await site.open(`/board?task=${id}`);
    await board.page.getByLabel("Title").waitFor();
    await (await site.app.fetch(`/api/v1/tasks/${id}`, { method: "DELETE" })).body?.cancel();
    await board.page.getByText("It was deleted, or there never was one").waitFor();
    assertEquals(board.errors, []);
  },
);

Deno.test("of many agents that need help three show, and the rest on demand", loose, async () => {
  for (let index = 0; index < 5; index++) await site.getStuck(`cedar-${index}`, "Find the leak");
  await using board = await site.open("/board");
  const rows = board.page.locator(".escalation");
  assertEquals(await rows.count(), 3);
  await board.page.getByRole("button", { name: "Show 2 more" }).click();
  assertEquals(await rows.count(), 5);
});

Deno.test("long names and paths leave room for what stands beside them", loose, async () => {
  const holder = "backend-refactoring-agent-eu-central-1-worker-07";
  const path = "services/orders/src/very/deep/folder/publish_domain_events.ts";
  await site.post(`/lock/${encodeURIComponent(path)}/lock`, {
    agentId: holder,
    reason: "publishing events instead of calling billing",
  });
  await site.post("/api/v1/zones", { zoneId: "orders", path: "services/orders", owner: holder });
  await using board = await site.open("/board");
  const { page } = board;
  const isWhole = (region: string, text: string) =>
    page.getByRole("region", { name: region }).getByText(text, { exact: true }).evaluate((part) => {
      const row = part.closest(".held-row")!.getBoundingClientRect();
      return part.scrollWidth <= part.clientWidth + 1 &&
        part.getBoundingClientRect().right <= row.right + 1;
    });
  assertEquals(await isWhole("Locks", "/publish_domain_events.ts"), true);
  assertEquals(await isWhole("Locks", "#1"), true);
  assertEquals(await isWhole("Zones", "/orders"), true);
});

Deno.test("a viewer sees everything and is offered no change", loose, async () => {
  await using closed = await keyedApp();
  const { token } = await closed.newKey({ role: "viewer" });
  await closed.send(ADMIN_KEY, "POST", "/api/v1/tasks", { title: "Rotate keys" });
  await closed.send(ADMIN_KEY, "POST", "/lock/a.ts/lock", { agentId: "phoenix" });
  await using viewer = await openPage(site.browser);
  const { page } = viewer;
  await viewer.context.setExtraHTTPHeaders({ authorization: `Bearer ${token}` });
  await page.goto(`${closed.url}/board`);
  await page.locator('mu-island[data-name="board/Board"][data-state=ready]').waitFor({
    state: "attached",
  });
  await cardIn(page, "Todo", "Rotate keys").waitFor();
  await page.getByRole("region", { name: "Locks" }).getByText("a.ts").waitFor();
  const offers = page.getByRole("button", { name: /New task|Actions for|Release|Send/ });
  assertEquals(await offers.count(), 0);
  await card(page, "Rotate keys").click();
  assertEquals(await page.getByLabel("Title").isDisabled(), true);
});

Deno.test("a thousand tasks and two hundred agents stay quick", loose, async () => {
  const ids = Array.from({ length: 200 }, (_, index) => `agent-${index}`);
  await Promise.all(ids.map((id) => site.agents(id)));
  const statuses = ["todo", "in-progress", "blocked", "done"] as const;
  for (let batch = 0; batch < 1_000; batch += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, index) =>
      site.task({
        title: `Task ${batch + index} of a long list with a title of some length`,
        status: statuses[index % 4],
        tags: [`area-${index % 7}`],
      })));
  }
  const startedAt = performance.now();
  await using board = await site.open("/board");
  const { page } = board;
  console.log(
    `    1 000 tasks and 200 agents stand after ${Math.round(performance.now() - startedAt)} ms`,
  );
  const shown = await page.locator(".task").count();
  assert(shown <= 200, `${shown} cards in the page`);
  const frames = await page.evaluate(async () => {
    const list = document.querySelector("[data-status=todo]")!;
    const gaps: number[] = [];
    for (let step = 0, last = performance.now(); step < 60; step++) {
      list.scrollTop += 120;
      await new Promise(requestAnimationFrame);
      gaps.push(performance.now() - last);
      last = performance.now();
    }
    return gaps.sort((a, b) => a - b);
  });
  console.log(
    `    scrolling: median frame ${frames[30]!.toFixed(1)} ms, p95 ${frames[57]!.toFixed(1)} ms`,
  );
  await page.getByLabel("Filter by text").fill("Task 996 ");
  await card(page, "Task 996 of a long list with a title of some length").waitFor();
  assertEquals(await page.locator(".task").count(), 1);
  assertEquals(board.errors, []);
});
