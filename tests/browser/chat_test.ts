/** The chat in a real browser on the whole program: the main job, its streams, its failures, any screen and keyboard. */
import { assert, assertEquals } from "@std/assert";
import { axeFindings, openPage } from "../harness/browser.ts";
import {
  answer,
  answered,
  answerText,
  ChatSite,
  FLAGSHIP,
  log,
  loose,
  say,
} from "../harness/chat_site.ts";

const site = ChatSite.perTest();

Deno.test(
  "chat answers the flagship request with covenant, three parallel steps, cost",
  loose,
  async () => {
    await using chat = await site.open();
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
    site.models.hold();
    await using chat = await site.open();
    const { page } = chat;
    await say(page, FLAGSHIP);
    await page.getByRole("treeitem", { name: /^Running Way 3/ }).waitFor();
    assertEquals(await page.getByRole("treeitem", { name: /^Running Way/ }).count(), 3);
    site.models.step();
    await answer(page).locator(".msg-body.msg-body").waitFor();
    assertEquals(await answer(page).getAttribute("aria-busy"), "true");
    const half = await answerText(page);
    site.models.open();
    await answered(page);
    const whole = await answerText(page);
    assert(half.length > 40 && whole.length > half.length, half);
    assertEquals(chat.errors, []);
  },
);

Deno.test("chat comes back mid-stream after a reload and in a second tab", loose, async () => {
  await using chat = await site.open();
  await site.halfway(chat.page);
  const half = await answerText(chat.page);
  await chat.page.reload();
  await using second = await site.open("/");
  await answer(chat.page).locator(".msg-body").waitFor();
  assertEquals([await answerText(chat.page), await answerText(second.page)], [half, half]);
  site.models.open();
  await Promise.all([answered(chat.page), answered(second.page)]);
  assertEquals(await answerText(chat.page), await answerText(second.page));
  assertEquals([...chat.errors, ...second.errors], []);
});

Deno.test("chat stops a run; leaving the page does not", loose, async () => {
  await using chat = await site.open();
  await site.halfway(chat.page);
  await chat.page.getByRole("banner").or(chat.page.locator(".page-bar"))
    .getByRole("button", { name: "Stop" }).click();
  await log(chat.page).getByText("Stopped.").waitFor();
  assertEquals((await site.latestRun()).status, "canceled");
  await site.halfway(chat.page);
  await chat.page.goto("about:blank");
  site.models.open();
  await site.goto(chat.page, "/");
  await site.goto(
    chat.page,
    await chat.page.locator(".rail-item").first().getAttribute("href") ?? "",
  );
  await answered(chat.page);
  assertEquals((await site.latestRun()).status, "completed");
});

Deno.test(
  "chat keeps a message the server refused and sends it again under the same key",
  loose,
  async () => {
    await using chat = await site.open();
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
  await using chat = await site.open();
  const { page, context } = chat;
  await site.halfway(page);
  await context.setOffline(true);
  await page.getByText("Offline", { exact: true }).waitFor();
  site.models.open();
  await context.setOffline(false);
  await answered(page);
  await page.getByText("Offline", { exact: true }).waitFor({ state: "detached" });
});

Deno.test("chat says that it reconnects and no longer that the run works", loose, async () => {
  await using chat = await site.open();
  const { page } = chat;
  await site.halfway(page);
  await page.route("**/events*", (route) => route.abort());
  await page.reload();
  const bar = page.locator(".page-bar");
  await bar.getByText("Reconnecting", { exact: true }).waitFor();
  assertEquals(await bar.getByText("Running").count(), 0);
  await page.unroute("**/events*");
  await bar.getByText("Running").waitFor();
  assertEquals(await bar.getByText("Reconnecting").count(), 0);
  site.models.open();
  await answered(page);
});

Deno.test("chat sends what was written offline once the network is back", loose, async () => {
  await using chat = await site.open();
  const { page, context } = chat;
  await say(page, "What is 2 + 2?");
  await answered(page);
  await context.setOffline(true);
  await say(page, "What is 3 + 4?");
  await log(page).getByText("This device has no network; this is sent when it is back").waitFor();
  await context.setOffline(false);
  await answer(page).getByText("= 7").waitFor();
  const { items } = await site.app.json<{ items: unknown[] }>("GET", "/api/v1/runs");
  assertEquals(items.length, 2);
});

Deno.test(
  "chat keeps what was written when the sign-in has ended, and says where to",
  loose,
  async () => {
    await using chat = await site.open();
    const { page } = chat;
    const body = {
      status: 401,
      code: "unauthorized",
      title: "Sign-in needed",
      detail: "Send a key",
    };
    await page.route("**/sessions", (route) => route.fulfill({ status: 401, json: body }));
    await say(page, "What is 2 + 2?");
    const link = log(page).getByRole("link", { name: "Sign in" });
    assertEquals(await link.getAttribute("href"), "/sign-in");
    await page.unroute("**/sessions");
    await log(page).getByRole("button", { name: "Try again" }).click();
    await answered(page);
  },
);

Deno.test(
  "chat takes a huge paste at once, says what it left out, shows its beginning",
  loose,
  async () => {
    await using chat = await site.open();
    const { page } = chat;
    await page.getByRole("textbox", { name: "Message" }).evaluate((field) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", "A line of a log.\r\n".repeat(7_000));
      field.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, cancelable: true, bubbles: true }),
      );
    });
    await page.getByText("Only a part of it was pasted").waitFor();
    await page.getByRole("button", { name: "Send" }).click();
    await answered(page);
    const said = log(page).getByRole("article", { name: "You" });
    assert((await said.innerText()).length < 3_000);
    await said.getByRole("button", { name: /Show all/ }).click();
    assert((await said.innerText()).length > 90_000);
  },
);

for (
  const [scheme, width] of [["light", 1440], ["dark", 1440], ["light", 390], ["dark", 360]] as const
) {
  Deno.test(`chat is accessible and fits in ${scheme} at ${width} px`, loose, async () => {
    await using chat = await site.open("/", { scheme, width, reducedMotion: true });
    const { page } = chat;
    assertEquals(await axeFindings(page), []);
    await site.halfway(page);
    assertEquals(await axeFindings(page), []);
    site.models.open();
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
  await using chat = await site.open();
  const { page } = chat;
  await page.keyboard.type("Compare two ways to name files");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("and recommend one");
  await page.keyboard.press("Enter");
  await answered(page);
  assertEquals(
    (await site.latestRun()).intent,
    "Compare two ways to name files\nand recommend one",
  );
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
  await using chat = await site.open();
  const { page } = chat;
  const field = page.getByRole("textbox", { name: "Message" });
  await field.fill("Half a thought");
  await page.waitForFunction(() => localStorage.getItem("muster-draft-new") === "Half a thought");
  await page.reload();
  await page.waitForFunction(() => document.querySelector("textarea")?.value === "Half a thought");
});

Deno.test("chat reads and sends without script", loose, async () => {
  await using chat = await openPage(site.browser, { javaScript: false });
  const { page } = chat;
  await page.goto(`${site.app.url}/`);
  await page.locator("textarea").fill("What is 12 * 12?");
  await page.getByRole("button", { name: "Send" }).click();
  await page.waitForURL(/\/sessions\/ses_/);
  while (await log(page).getByText("144").count() === 0) await page.reload();
  assertEquals(await page.getByRole("heading", { level: 1 }).count(), 1);
});

Deno.test("chat shows a page that does not exist as such", loose, async () => {
  await using chat = await openPage(site.browser);
  const response = await chat.page.goto(`${site.app.url}/sessions/ses_01ARZ3NDEKTSV4RRFFQ69G5FAV`);
  assertEquals(response?.status(), 404);
  await chat.page.getByRole("heading", { name: "There is no such page" }).waitFor();
});

Deno.test("chat renames a session here and in the list", loose, async () => {
  await using chat = await site.open();
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
