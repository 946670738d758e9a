/** The chat in a real browser on the whole program: the main job, its streams, its questions, its failures. */
import { assert, assertEquals } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import type { Run, RunView } from "../../lib/engine/schema.ts";
import type { Page as ListPage } from "../../lib/kernel/core/page.ts";
import { build } from "../../scripts/build.ts";
import { axeFindings, type BrowserOptions, launchBrowser, openPage } from "../harness/browser.ts";
import { type GatedModels, gatedModels } from "../harness/gated_models.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";

const FLAGSHIP =
  "Compare three ways to store an append-only event log in a key-value database and recommend one";
/** Playwright keeps timers and sockets of its own. */
const loose = { sanitizeOps: false, sanitizeResources: false };

let browser: Browser;
let models: GatedModels;
let app: TestApp;

Deno.test.beforeAll(async () => {
  await build();
  [browser, models] = await Promise.all([launchBrowser(), gatedModels()]);
});
Deno.test.afterAll(() => browser.close());
Deno.test.beforeEach(async () => {
  app = await testApp({ models });
});
Deno.test.afterEach(async () => {
  models.open();
  await app[Symbol.asyncDispose]();
});

async function openChat(path = "/", options: BrowserOptions = {}) {
  const watched = await openPage(browser, options);
  watched.page.setDefaultTimeout(15_000);
  await goto(watched.page, path);
  return watched;
}

async function goto(page: Page, path: string): Promise<void> {
  await page.goto(app.url + path);
  await page.locator('mu-island[data-name="chat/Chat"][data-state=ready]').waitFor({
    state: "attached",
  });
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.keyboard.press("Enter");
}

const log = (page: Page) => page.getByRole("log");
const answer = (page: Page) => page.getByRole("article", { name: "Muster" }).last();
const answered = (page: Page) =>
  answer(page).getByRole("button", { name: "Copy answer" }).waitFor();
const text = async (page: Page) => (await answer(page).locator(".msg-body").innerText()).trim();

async function latestRun(): Promise<Run> {
  return (await app.json<ListPage<Run>>("GET", "/api/v1/runs?limit=1")).items[0]!;
}

Deno.test(
  "chat answers the flagship request with covenant, three parallel steps, cost",
  loose,
  async () => {
    await using chat = await openChat();
    const { page } = chat;
    await page.getByRole("button", { name: FLAGSHIP }).click();
    await answered(page);
    const side = page.getByRole("complementary", { name: "Run" });
    await side.getByText("Completed", { exact: true }).first().waitFor();
    assertEquals(await side.getByRole("treeitem", { name: /Way \d/ }).count(), 3);
    assertEquals(await side.getByRole("meter").count(), 4);
    const meta = await answer(page).locator("header").innerText();
    assert(/Demonstration/.test(meta) && /muster\/offline · .*\$0 · delegated/.test(meta), meta);
    assertEquals(await answer(page).getByRole("heading", { name: "Recommendation" }).count(), 1);
    assertEquals(await page.getByRole("heading", { level: 1 }).count(), 1);
    assertEquals(chat.errors, []);
  },
);

Deno.test(
  "chat streams: sub-tasks side by side, then half an answer, then all of it",
  loose,
  async () => {
    models.hold();
    await using chat = await openChat();
    const { page } = chat;
    await say(page, FLAGSHIP);
    await page.getByRole("treeitem", { name: /^Running Way 3/ }).waitFor();
    assertEquals(await page.getByRole("treeitem", { name: /^Running Way/ }).count(), 3);
    models.step();
    await answer(page).locator(".msg-body.msg-body").waitFor();
    assertEquals(await answer(page).getAttribute("aria-busy"), "true");
    const half = await text(page);
    models.open();
    await answered(page);
    const whole = await text(page);
    assert(half.length > 40 && whole.length > half.length, half);
    assertEquals(chat.errors, []);
  },
);

/** A run that stands halfway through its answer. */
async function halfway(page: Page): Promise<void> {
  models.hold();
  await say(page, FLAGSHIP);
  await answer(page).getByText("Way 3").waitFor();
  models.step();
  await answer(page).locator(".msg-body").waitFor();
}

Deno.test("chat comes back mid-stream after a reload and in a second tab", loose, async () => {
  await using chat = await openChat();
  await halfway(chat.page);
  const half = await text(chat.page);
  await chat.page.reload();
  await using second = await openChat("/");
  await answer(chat.page).locator(".msg-body").waitFor();
  assertEquals([await text(chat.page), await text(second.page)], [half, half]);
  models.open();
  await Promise.all([answered(chat.page), answered(second.page)]);
  assertEquals(await text(chat.page), await text(second.page));
  assertEquals([...chat.errors, ...second.errors], []);
});

Deno.test("chat stops a run; leaving the page does not", loose, async () => {
  await using chat = await openChat();
  await halfway(chat.page);
  await chat.page.getByRole("banner").or(chat.page.locator(".page-bar"))
    .getByRole("button", { name: "Stop" }).click();
  await log(chat.page).getByText("Stopped.").waitFor();
  assertEquals((await latestRun()).status, "canceled");
  await halfway(chat.page);
  await chat.page.goto("about:blank");
  models.open();
  await goto(chat.page, "/");
  await goto(chat.page, await chat.page.locator(".rail-item").first().getAttribute("href") ?? "");
  await answered(chat.page);
  assertEquals((await latestRun()).status, "completed");
});

Deno.test("strict mode waits until the terms are edited and accepted", loose, async () => {
  await using chat = await openChat();
  const { page } = chat;
  await page.getByRole("button", { name: /In strict mode/ }).click();
  const card = page.getByRole("region", { name: "Accept these terms?" });
  await card.getByRole("button", { name: "Edit terms" }).click();
  await page.getByLabel("Limit, $").fill("0.05");
  await page.getByRole("button", { name: "Save terms" }).click();
  await card.getByText("$0.05").last().waitFor();
  assert((await page.title()).startsWith("(1) "));
  await card.getByRole("button", { name: "Accept terms" }).click();
  await answered(page);
  const view = await app.json<RunView>("GET", `/api/v1/runs/${(await latestRun()).id}`);
  assertEquals([view.covenant.budget.costMicros, view.run.status], [50_000, "completed"]);
  assertEquals(chat.errors, []);
});

Deno.test(
  "strict mode ends the run when the terms are rejected, with the reason",
  loose,
  async () => {
    await using chat = await openChat();
    const { page } = chat;
    await page.getByRole("button", { name: /In strict mode/ }).click();
    const card = page.getByRole("region", { name: "Accept these terms?" });
    await card.getByRole("button", { name: "Reject" }).click();
    await card.getByLabel("Reason").fill("Too early");
    await page.keyboard.press("Enter");
    await log(page).getByText("Too early").waitFor();
    assertEquals((await latestRun()).status, "failed");
  },
);

Deno.test(
  "chat keeps a message the server refused and sends it again under the same key",
  loose,
  async () => {
    await using chat = await openChat();
    const { page } = chat;
    const keys: (string | undefined)[] = [];
    await page.route("**/messages", async (route) => {
      keys.push(route.request().headers()["idempotency-key"]);
      if (keys.length > 1) return await route.continue();
      const body = {
        status: 503,
        code: "unavailable",
        title: "Unavailable",
        detail: "The store is read-only",
      };
      await route.fulfill({ status: 503, json: body });
    }, { times: 2 });
    await say(page, "What is 2 + 2?");
    await log(page).getByText("The store is read-only").waitFor();
    assertEquals(await axeFindings(page), []);
    await log(page).getByRole("button", { name: "Try again" }).click();
    await answered(page);
    assertEquals(keys.length, 2);
    assertEquals(keys[0], keys[1]);
  },
);

Deno.test("chat says that it is offline and catches up afterwards", loose, async () => {
  await using chat = await openChat();
  const { page, context } = chat;
  await halfway(page);
  await context.setOffline(true);
  await page.getByText("Offline", { exact: true }).waitFor();
  models.open();
  await context.setOffline(false);
  await answered(page);
  await page.getByText("Offline", { exact: true }).waitFor({ state: "detached" });
});

for (
  const [scheme, width] of [["light", 1440], ["dark", 1440], ["light", 390], ["dark", 360]] as const
) {
  Deno.test(`chat is accessible and fits in ${scheme} at ${width} px`, loose, async () => {
    await using chat = await openChat("/", { scheme, width, reducedMotion: true });
    const { page } = chat;
    assertEquals(await axeFindings(page), []);
    await halfway(page);
    assertEquals(await axeFindings(page), []);
    models.open();
    await answered(page);
    if (width < 960) await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("treeitem", { name: /Way 2/ }).click();
    await page.getByText("Effects", { exact: true }).waitFor();
    assertEquals(await axeFindings(page), []);
    const spare = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert(spare <= 0);
    assertEquals(chat.errors, []);
  });
}

Deno.test("chat works by keyboard alone", loose, async () => {
  await using chat = await openChat();
  const { page } = chat;
  await page.keyboard.type("Compare two ways to name files");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("and recommend one");
  await page.keyboard.press("Enter");
  await answered(page);
  assertEquals((await latestRun()).intent, "Compare two ways to name files\nand recommend one");
  const tree = page.getByRole("tree", { name: "Steps" });
  while (!await tree.evaluate((at) => at === document.activeElement)) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await tree.getByText("Thoughts").waitFor();
  await page.getByRole("tab", { name: "Tree" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.locator(".timeline-row").first().waitFor();
});

Deno.test("chat keeps an unsent draft over a reload", loose, async () => {
  await using chat = await openChat();
  const { page } = chat;
  const field = page.getByRole("textbox", { name: "Message" });
  await field.fill("Half a thought");
  await page.waitForFunction(() => localStorage.getItem("muster-draft-new") === "Half a thought");
  await page.reload();
  await page.waitForFunction(() => document.querySelector("textarea")?.value === "Half a thought");
});

Deno.test("chat reads and sends without script", loose, async () => {
  await using chat = await openPage(browser, { javaScript: false });
  const { page } = chat;
  await page.goto(`${app.url}/`);
  await page.locator("textarea").fill("What is 12 * 12?");
  await page.getByRole("button", { name: "Send" }).click();
  await page.waitForURL(/\/sessions\/ses_/);
  while (await log(page).getByText("144").count() === 0) await page.reload();
  assertEquals(await page.getByRole("heading", { level: 1 }).count(), 1);
});

Deno.test("chat shows a page that does not exist as such", loose, async () => {
  await using chat = await openPage(browser);
  const response = await chat.page.goto(`${app.url}/sessions/ses_01ARZ3NDEKTSV4RRFFQ69G5FAV`);
  assertEquals(response?.status(), 404);
  await chat.page.getByRole("heading", { name: "There is no such page" }).waitFor();
});

Deno.test("chat queues a message behind a busy run, and lets it be taken back", loose, async () => {
  await using chat = await openChat();
  const { page } = chat;
  await halfway(page);
  await say(page, "What is 3 + 4?");
  await say(page, "What is 5 + 6?");
  await log(page).getByText("Queued").nth(1).waitFor();
  await log(page).getByRole("button", { name: "Take back" }).last().click();
  await log(page).getByText("Queued").nth(1).waitFor({ state: "detached" });
  models.open();
  await log(page).getByText("= 7").waitFor();
  await log(page).getByText("Stopped.").waitFor();
  assertEquals(chat.errors, []);
});

Deno.test("chat pauses and resumes a run, and steers it", loose, async () => {
  await using chat = await openChat();
  const { page } = chat;
  await halfway(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await log(page).getByText("Paused.").waitFor();
  await log(page).getByRole("button", { name: "Resume" }).click();
  await log(page).getByText("Paused.").waitFor({ state: "detached" });
  await page.getByRole("textbox", { name: "Message" }).fill("Mention retention");
  await page.getByRole("button", { name: "Steer" }).click();
  await page.getByText("The agents at work have it").waitFor();
  models.open();
  await answered(page);
  assertEquals(chat.errors, []);
});

Deno.test("chat overrides a step's output and works on from there", loose, async () => {
  await using chat = await openChat();
  const { page } = chat;
  await say(page, FLAGSHIP);
  await answered(page);
  await page.getByRole("treeitem", { name: /Way 2/ }).click();
  await page.getByRole("button", { name: "Override" }).click();
  await page.getByLabel("Output", { exact: true }).last().fill("Use one key per tenant");
  await page.getByLabel("Reason").fill("We know better");
  await page.getByRole("dialog").getByRole("button", { name: "Override" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await answered(page);
  await page.getByRole("treeitem", { name: /Superseded/ }).first().waitFor();
  assertEquals((await latestRun()).status, "completed");
  assertEquals(chat.errors, []);
});

Deno.test("chat renames a session here and in the list", loose, async () => {
  await using chat = await openChat();
  const { page } = chat;
  await say(page, "What is 2 + 2?");
  await answered(page);
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Title" }).fill("Sums");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Sums" }).waitFor();
  await page.reload();
  assertEquals(await page.getByRole("heading", { level: 1 }).innerText(), "Sums");
});
