/** The gateway's page in a real browser, with providers that are scripted servers. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { axeFindings, type BrowserOptions, launchBrowser, openPage } from "../harness/browser.ts";
import { loose } from "../harness/chat_site.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";
import { good, refuse, type Upstream, upstream } from "../harness/upstream.ts";
import { build } from "../../scripts/build.ts";

const PATIENCE_MS = 20_000;

Deno.test.beforeAll(async () => {
  await build();
});

interface Site extends AsyncDisposable {
  readonly app: TestApp;
  readonly openai: Upstream;
  open(path?: string, options?: BrowserOptions): Promise<Page>;
  /** As any program calls. */
  call(model: string, content: string): Promise<Response>;
  readonly errors: string[];
}

/** OpenAI answers; one model of Groq is overloaded. */
async function gatewaySite(): Promise<Site> {
  const openai = upstream({ "*": [good()] });
  const groq = upstream({ "qwen/qwen3-32b": [refuse(503)], "*": [good()] });
  const app = await testApp({
    env: {
      MUSTER_DEFAULT_MODEL: "gpt-4o-mini",
      OPENAI_API_KEY: "sk-test",
      OPENAI_BASE_URL: openai.url,
      GROQ_API_KEY: "gsk-test",
      GROQ_BASE_URL: groq.url,
    },
  });
  const browser = await launchBrowser();
  const errors: string[] = [];
  return {
    app,
    openai,
    errors,
    async open(path = "/ops/gateway", options = {}) {
      const watched = await openPage(browser, options);
      watched.page.setDefaultTimeout(PATIENCE_MS);
      watched.page.on("pageerror", (error) => errors.push(error.message));
      await watched.page.goto(app.url + path);
      if (options.javaScript !== false) {
        await watched.page.locator('mu-island[data-name="gateway/GatewayPage"][data-state=ready]')
          .waitFor({ state: "attached" });
      }
      return watched.page;
    },
    call: (model, content) =>
      app.fetch("/v1/chat/completions", {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer any" },
        body: JSON.stringify({ model, max_tokens: 100, messages: [{ role: "user", content }] }),
      }),
    async [Symbol.asyncDispose]() {
      await browser.close();
      await app[Symbol.asyncDispose]();
      await Promise.all([openai[Symbol.asyncDispose](), groq[Symbol.asyncDispose]()]);
    },
  };
}

const region = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

Deno.test(
  "a call shows with its cost, and what it fell back from, while one looks",
  loose,
  async () => {
    await using site = await gatewaySite();
    const page = await site.open();
    await page.getByText("No call yet").waitFor();
    assertEquals((await (await site.call("gpt-4o", "One")).json()).choices.length, 1);
    const calls = region(page, "Calls").last();
    await calls.getByRole("button", { name: "gpt-4o" }).waitFor();
    await site.call("qwen/qwen3-32b", "Two");
    await calls.getByText("after 2 attempts").waitFor();
    await page.locator(".tile", { hasText: "Calls" }).getByText("2", { exact: true }).waitFor();
    await calls.getByText("after 2 attempts").click();
    const sheet = page.getByRole("dialog");
    await sheet.getByText("Attempts").waitFor();
    assertEquals(await sheet.getByText("503", { exact: true }).count(), 2);
    assertMatch(await sheet.innerText(), /qwen\/qwen3-32b as asked/);
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });
    assertEquals(site.errors, []);
  },
);

Deno.test("a breaker that opens shows with its reason", loose, async () => {
  await using site = await gatewaySite();
  const page = await site.open();
  for (let nth = 0; nth < 4; nth++) await site.call("qwen/qwen3-32b", `Call ${nth}`);
  const providers = page.locator(".gateway-providers");
  await providers.getByText("1 open").waitFor();
  await providers.getByText("qwen/qwen3-32b").waitFor();
  await page.locator(".gateway-models").getByText("breaker open").waitFor();
});

Deno.test(
  "the playground says where a prompt would go, asks nobody, then streams the answer",
  loose,
  async () => {
    await using site = await gatewaySite();
    const page = await site.open();
    await page.getByRole("textbox", { name: "Prompt" }).fill(
      "Prove that there are infinitely many primes, step by step",
    );
    await page.getByText("Complexity", { exact: true }).waitFor();
    assertEquals(site.openai.count(), 0);
    await page.getByLabel("Model", { exact: true }).selectOption("gpt-4o-mini");
    await page.getByText("gpt-4o-mini as asked").waitFor();
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("All is well.").waitFor();
    await page.getByText(/gpt-4o-mini · first token/).waitFor();
    assertEquals(site.openai.count("gpt-4o-mini"), 1);
    assertEquals(site.errors, []);
  },
);

Deno.test("a provider is added, tested, changed and removed in the page", loose, async () => {
  await using site = await gatewaySite();
  const page = await site.open();
  await page.getByRole("button", { name: "Add provider" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Id").fill("Not an id");
  await sheet.getByLabel("Base URL").fill(site.openai.url);
  await sheet.getByRole("button", { name: "Add provider" }).click();
  await sheet.locator(".field-error").first().waitFor();
  await sheet.getByLabel("Id").fill("lab");
  await sheet.getByLabel("Its address may be").check();
  await sheet.getByRole("button", { name: "Add provider" }).click();
  await sheet.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "lab", exact: true }).click();
  await sheet.getByLabel("Name").fill("Laboratory");
  await sheet.getByRole("button", { name: "Save" }).click();
  await sheet.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "OpenAI", exact: true }).click();
  await sheet.getByRole("button", { name: "Test" }).click();
  await sheet.getByText(/Answered in/).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Laboratory", exact: true }).click();
  await sheet.getByRole("button", { name: "Remove" }).click();
  await sheet.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Laboratory", exact: true }).waitFor({
    state: "detached",
  });
  assertEquals(site.errors, []);
});

Deno.test("a model's price is edited, and the next call is charged by it", loose, async () => {
  await using site = await gatewaySite();
  const page = await site.open();
  await page.locator(".gateway-models").getByRole("button", { name: "gpt-4o", exact: true })
    .click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("In, $ per million").fill("100");
  await sheet.getByLabel("Out, $ per million").fill("200");
  await sheet.getByRole("button", { name: "Save" }).click();
  await sheet.waitFor({ state: "hidden" });
  const response = await site.call("gpt-4o", "Priced anew");
  // 1 000 tokens at $100 and 2 000 at $200 a million.
  assertEquals(response.headers.get("x-muster-cost-micros"), "500000");
  await region(page, "Calls").last().getByText("$0.5000").waitFor();
});

Deno.test(
  "figures and catalogue are read without script; the period is a link",
  loose,
  async () => {
    await using site = await gatewaySite();
    await site.call("gpt-4o-mini", "One");
    const page = await site.open("/ops/gateway?period=7d", { javaScript: false });
    assertEquals(
      await page.getByRole("link", { name: "7 days" }).getAttribute("aria-current"),
      "true",
    );
    assertMatch(await page.locator(".gateway-models").innerText(), /llama-3\.3-70b-versatile/);
    assertMatch(await page.locator(".gateway-calls").innerText(), /gpt-4o-mini/);
  },
);

Deno.test(
  "a budget is set in the page, refuses what does not fit, and is removed",
  loose,
  async () => {
    await using site = await gatewaySite();
    const page = await site.open();
    const budgets = page.locator(".gateway-budgets");
    await budgets.getByRole("button", { name: "Set" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Dollars").fill("plenty");
    await dialog.getByRole("button", { name: "Set budget" }).click();
    await dialog.getByText("Say how many dollars").waitFor();
    await dialog.getByLabel("Dollars").fill("0.0001");
    await dialog.getByRole("button", { name: "Set budget" }).click();
    await budgets.getByText("Workspace this month").waitFor();
    assertEquals((await site.call("gpt-4o", "Too dear")).status, 402);
    assertEquals(site.openai.count(), 0);
    await budgets.getByText("refuses calls").waitFor();
    await page.locator(".gateway-calls").getByText("budget exhausted").waitFor();
    await budgets.getByRole("button", { name: /^Change/ }).click();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await budgets.getByText("None is set").waitFor();
    assertEquals((await site.call("gpt-4o", "Now it fits")).status, 200);
  },
);

Deno.test("no accessibility findings on the gateway's page, also on a phone", loose, async () => {
  await using site = await gatewaySite();
  await site.call("gpt-4o-mini", "One");
  for (const width of [1440, 390]) {
    const page = await site.open("/ops/gateway", { width } as BrowserOptions);
    await page.getByRole("textbox", { name: "Prompt" }).fill("Why is the sky blue?");
    await page.getByText("Complexity", { exact: true }).waitFor();
    assertEquals(await axeFindings(page), []);
    assertEquals(
      await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      0,
    );
  }
});
