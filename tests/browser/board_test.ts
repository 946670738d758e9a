/** The board in a real browser: moved by hand and by keys, told to others at once, refused with the reason. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Task } from "../../lib/coordination/tasks/schema.ts";
import { BoardSite, card, cardIn, column, said } from "../harness/board_site.ts";
import { axeFindings } from "../harness/browser.ts";
import { loose } from "../harness/chat_site.ts";

const site = BoardSite.perTest();

Deno.test("what one browser does on the board the other sees", loose, async () => {
  await site.task({ title: "Rotate keys" });
  await using one = await site.open("/board");
  await using two = await site.open("/board");
  const seen = two.page.evaluate(() =>
    new Promise<number>((resolve) => {
      const blocked = document.querySelector("[data-status=blocked]")!;
      const watch = new MutationObserver(() => {
        if (blocked.textContent!.includes("Rotate keys")) resolve(Date.now());
      });
      watch.observe(blocked, { childList: true, subtree: true });
    })
  );
  await card(one.page, "Rotate keys").focus();
  await one.page.keyboard.press("Space");
  await one.page.keyboard.press("ArrowRight");
  await one.page.keyboard.press("ArrowRight");
  const doneAt = await one.page.evaluate(() => Date.now());
  await one.page.keyboard.press("Space");
  console.log(`    one browser's move is in the other after ${await seen - doneAt} ms`);
  await cardIn(two.page, "Blocked", "Rotate keys").waitFor();
  assertEquals([one.errors, two.errors], [[], []]);
});

Deno.test("a card is dragged to another column and claimed by who drags it", loose, async () => {
  const task = await site.task({ title: "Rotate keys" });
  await using board = await site.open("/board");
  const { page } = board;
  await card(page, "Rotate keys").dragTo(column(page, "In progress"));
  await cardIn(page, "In progress", "Rotate keys").waitFor();
  await page.locator(`[data-task="${task.id}"]:not([aria-busy])`).waitFor();
  const { task: stored } = await site.app.json<{ task: Task }>("GET", `/api/v1/tasks/${task.id}`);
  assertEquals([stored.status, stored.assignee], ["in-progress", "user:local"]);
  assertEquals(board.errors, []);
});

Deno.test(
  "a card is moved by keys, each step read out, and Escape takes it back",
  loose,
  async () => {
    await site.task({ title: "Rotate keys" });
    await using board = await site.open("/board");
    const { page } = board;
    await card(page, "Rotate keys").focus();
    await page.keyboard.press("Space");
    await said(page).getByText("Taken up: Rotate keys, in Todo").waitFor();
    await page.keyboard.press("ArrowRight");
    await said(page).getByText("Over In progress").waitFor();
    await cardIn(page, "In progress", "Rotate keys").waitFor();
    await page.keyboard.press("Escape");
    await said(page).getByText("Back in Todo").waitFor();
    await cardIn(page, "Todo", "Rotate keys").waitFor();
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Space");
    await said(page).getByText("Put down in In progress").waitFor();
    const focused = await page.evaluate(() => document.activeElement?.textContent);
    assertEquals(focused, "Rotate keys");
    assertEquals(board.errors, []);
  },
);

Deno.test(
  "arrows go from card to card, Enter opens one, Escape comes back to it",
  loose,
  async () => {
    await site.task({ title: "First", priority: "urgent" });
    await site.task({ title: "Second" });
    await site.task({ title: "Third", status: "done" });
    await using board = await site.open("/board");
    const { page } = board;
    await card(page, "First").focus();
    await page.keyboard.press("ArrowDown");
    assertEquals(await page.evaluate(() => document.activeElement?.textContent), "Second");
    await page.keyboard.press("ArrowRight");
    assertEquals(await page.evaluate(() => document.activeElement?.textContent), "Third");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Task" }).waitFor();
    assertMatch(page.url(), /\?task=task_/);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Task" }).waitFor({ state: "hidden" });
    assertEquals(await page.evaluate(() => document.activeElement?.textContent), "Third");
  },
);

Deno.test("a move that somebody was faster with is taken back, naming who", loose, async () => {
  const task = await site.task({ title: "Rotate keys" });
  await using board = await site.open("/board");
  const { page } = board;
  // Between the press and the server's answer an agent takes it.
  await page.route("**/api/v1/tasks/*/claim", async (route) => {
    await site.post(`/api/v1/tasks/${task.id}/claim`, { agentId: "phoenix" });
    await route.continue();
  });
  await card(page, "Rotate keys").dragTo(column(page, "In progress"));
  const toast = page.getByRole("region", { name: "Notifications" });
  await toast.getByText("“Rotate keys” stays in Todo").waitFor();
  await toast.getByText(/phoenix/).waitFor();
  await column(page, "In progress").getByTitle("phoenix").waitFor();
});

Deno.test("a task that waits for another does not start, and says for which", loose, async () => {
  const first = await site.task({ title: "Rotate keys" });
  await site.task({ title: "Publish", dependsOn: [first.id] });
  await using board = await site.open("/board");
  const { page } = board;
  await column(page, "Todo").getByText("waits for 1").waitFor();
  await card(page, "Publish").dragTo(column(page, "In progress"));
  await page.getByText("“Publish” stays in Todo").waitFor();
  await cardIn(page, "Todo", "Publish").waitFor();
});

Deno.test("a task is made, edited and finished in the page", loose, async () => {
  await site.agents("sage");
  await using board = await site.open("/board");
  const { page } = board;
  await page.getByRole("button", { name: "New task", exact: true }).click();
  const form = page.getByRole("dialog", { name: "New task" });
  await form.getByLabel("Title").fill("Document retries");
  await form.getByLabel("Priority").selectOption("high");
  await form.getByLabel("Assignee").fill("sage");
  await form.getByLabel("Tags").fill("docs,");
  await form.getByRole("button", { name: "Create task" }).click();
  await card(page, "Document retries").click();
  const sheet = page.getByRole("dialog", { name: "Task" });
  await sheet.getByLabel("Title").fill("Document all retries");
  await page.keyboard.press("Enter");
  await sheet.getByRole("button", { name: "Done" }).click();
  await page.keyboard.press("Escape");
  await cardIn(page, "Done", "Document all retries").waitFor();
  await column(page, "Done").getByTitle("sage").waitFor();
  await column(page, "Done").getByText("docs").waitFor();
  assertEquals(board.errors, []);
});

Deno.test("what the server refuses of a new task is said at its field", loose, async () => {
  await using board = await site.open("/board");
  const { page } = board;
  await page.getByRole("button", { name: "New task", exact: true }).click();
  const form = page.getByRole("dialog", { name: "New task" });
  await form.getByRole("button", { name: "Create task" }).click();
  await form.getByText("Say what is to be done").waitFor();
  await form.getByLabel("Title").fill("Document retries");
  await form.getByLabel("Assignee").fill("two words");
  await page.keyboard.press("Enter");
  await form.getByText("letters, digits").waitFor();
  assertEquals(await form.getByLabel("Title").inputValue(), "Document retries");
});

Deno.test("a lock counts down, and is released by force after asking", loose, async () => {
  await site.post("/lock/src%2Fqueue.ts/lock", { agentId: "phoenix", ttlMs: 30_000 });
  await using board = await site.open("/board");
  const { page } = board;
  const locks = page.getByRole("region", { name: "Locks" });
  const left = await locks.locator(".held-left").innerText();
  await page.waitForFunction(
    (before) => document.querySelector<HTMLElement>(".held-left")?.innerText !== before,
    left,
  );
  await locks.getByText("src/queue.ts").hover();
  await locks.getByRole("button", { name: "Release src/queue.ts" }).click();
  const asked = page.getByRole("dialog", { name: "Take this lock from phoenix?" });
  await asked.getByRole("button", { name: "Release by force" }).click();
  await locks.getByText("Nothing is locked").waitFor();
  const state = await site.app.json<{ locked: boolean }>("GET", "/lock/src%2Fqueue.ts/check");
  assertEquals(state.locked, false);
});

Deno.test("a lock that runs out goes by itself", loose, async () => {
  await site.post("/lock/a.ts/lock", { agentId: "phoenix", ttlMs: 1_500 });
  await using board = await site.open("/board");
  await board.page.getByRole("region", { name: "Locks" }).getByText("Nothing is locked").waitFor();
});

Deno.test("agents, holdings and handoffs come and change while one looks", loose, async () => {
  await using board = await site.open("/board");
  const { page } = board;
  await site.agents("phoenix");
  await page.getByRole("region", { name: "Agents" }).getByText("phoenix").waitFor();
  const zone = { zoneId: "ui", path: "islands", owner: "phoenix" };
  await site.post("/coordinator/zones", { action: "claim", ...zone });
  await page.getByRole("region", { name: "Zones" }).getByText("islands").waitFor();
  await site.post("/coordinator/claims", { action: "claim", what: "Retry policy", by: "sage" });
  await page.getByRole("region", { name: "Claims" }).getByText("Retry policy").waitFor();
  const { handoff } = await site.post<{ handoff: { id: string } }>("/coordinator/handoffs", {
    fromAgent: "phoenix",
    title: "Client half",
    context: "Server side is done",
  });
  const handoffs = page.getByRole("region", { name: "Handoffs" });
  await handoffs.getByText("phoenix → anyone").waitFor();
  await site.post(`/api/v1/handoffs/${handoff.id}/claim`, { agentId: "sage" });
  await handoffs.getByText("phoenix → sage").waitFor();
});

Deno.test("a stuck agent is shown first, and a person helps it on", loose, async () => {
  await site.agents("cedar");
  await using board = await site.open("/board");
  const { page } = board;
  await site.getStuck("cedar", "Keyboard moves");
  const help = page.getByRole("region", { name: "Needs help" });
  await help.getByText("Keyboard moves").waitFor();
  await page.getByRole("region", { name: "Agents" }).getByText(/^stuck: grep/).waitFor();
  assertMatch(await page.title(), /^\(1\) Board/);
  await help.getByRole("button", { name: "Resolve" }).click();
  await page.getByLabel("Hint for the agent").fill("Look in lib/ui");
  await page.getByRole("button", { name: "Mark resolved" }).click();
  await help.waitFor({ state: "hidden" });
  assert(!(await page.title()).startsWith("("));
});

Deno.test(
  "a mention is completed, posted as the person, and reaches the inbox",
  loose,
  async () => {
    await site.agents("sage", "cedar");
    await using one = await site.open("/board");
    await using two = await site.open("/board");
    const field = one.page.getByLabel("Message the group");
    await field.fill("Can you take it, ");
    await field.pressSequentially("@sa");
    await one.page.getByRole("option", { name: "@sage" }).waitFor();
    await field.press("Enter");
    assertEquals(await field.inputValue(), "Can you take it, @sage ");
    await field.press("Enter");
    const chat = two.page.getByRole("log", { name: "Group chat" });
    assertEquals(await chat.locator(".mention").innerText(), "@sage");
    assertEquals(await field.inputValue(), "");
    const inbox = await site.app.json<{ messages: { type: string }[] }>(
      "GET",
      "/agent/sage/messages",
    );
    assertEquals(inbox.messages.map((message) => message.type), ["mention"]);
  },
);

Deno.test("reactions and threads are shared while one looks", loose, async () => {
  const root = await site.say("phoenix", "Fair queue is in review");
  await using board = await site.open("/board");
  const { page } = board;
  const chat = page.getByRole("log", { name: "Group chat" });
  await site.post(`/api/v1/chat/messages/${root.id}/reactions`, { emoji: "🎉", by: "sage" });
  await chat.getByRole("button", { name: /🎉/ }).click();
  await chat.getByRole("button", { name: /🎉 2/ }).waitFor();
  await site.say("sage", "I read it", root.id);
  await chat.getByRole("button", { name: "1 reply" }).click();
  const thread = page.getByRole("log", { name: "Thread" });
  await thread.getByText("I read it").waitFor();
  await page.getByLabel("Reply in this thread").fill("Thank you");
  await page.keyboard.press("Enter");
  await thread.getByText("Thank you").waitFor();
  await page.getByRole("button", { name: "Back to the group chat" }).click();
  await chat.getByRole("button", { name: "2 replies" }).waitFor();
  assertEquals(board.errors, []);
});

Deno.test("the filter is in the address and shown again from it", loose, async () => {
  await site.task({ title: "Rotate keys", tags: ["auth"] });
  await site.task({ title: "Document retries", tags: ["docs"] });
  await using board = await site.open("/board");
  const { page } = board;
  await page.getByLabel("Any tag").selectOption("docs");
  await card(page, "Rotate keys").waitFor({ state: "hidden" });
  await page.waitForURL(/\?tag=docs$/);
  await using again = await site.open("/board?tag=docs&q=doc");
  await card(again.page, "Document retries").waitFor();
  assertEquals(await card(again.page, "Rotate keys").count(), 0);
  await again.page.getByRole("button", { name: "Clear the filter" }).click();
  await card(again.page, "Rotate keys").waitFor();
});

Deno.test("no accessibility findings on the board, in a task and in a new one", loose, async () => {
  await site.agents("phoenix", "cedar");
  await site.task({ title: "Rotate keys", tags: ["auth"], assignee: "phoenix" });
  await site.post("/lock/a.ts/lock", { agentId: "phoenix" });
  await site.say("phoenix", "@cedar can you look?");
  await site.getStuck("cedar", "Keyboard moves");
  for (const scheme of ["light", "dark"] as const) {
    await using board = await site.open("/board", "board", { scheme, reducedMotion: true });
    assertEquals(await axeFindings(board.page), [], scheme);
    await card(board.page, "Rotate keys").click();
    assertEquals(await axeFindings(board.page), [], `${scheme}, task`);
    await board.page.keyboard.press("Escape");
    await board.page.getByRole("button", { name: "New task", exact: true }).click();
    assertEquals(await axeFindings(board.page), [], `${scheme}, new task`);
    assertEquals(board.errors, []);
  }
});
