/** The chat page of a whole program in a real browser, and what tests do on it. */
import { assertEquals } from "@std/assert";
import type { Browser, Locator, Page } from "playwright-core";
import type { Run } from "../../lib/engine/schema.ts";
import type { Page as ListPage } from "../../lib/kernel/core/page.ts";
import { build } from "../../scripts/build.ts";
import { type BrowserOptions, launchBrowser, openPage, type WatchedPage } from "./browser.ts";
import { type GatedModels, gatedModels } from "./gated_models.ts";
import { type TestApp, testApp, type TestAppOptions } from "./test_app.ts";

export const FLAGSHIP =
  "Compare three ways to store an append-only event log in a key-value database and recommend one";
/** Playwright keeps timers and sockets of its own. */
export const loose = { sanitizeOps: false, sanitizeResources: false };
const PATIENCE_MS = 20_000;

/** A browser for a file of tests, and a program of its own for each of them. */
export class ChatSite {
  browser!: Browser;
  models!: GatedModels;
  app!: TestApp;

  /** Call it at the top of the file. */
  static perTest(): ChatSite {
    const site = new ChatSite();
    Deno.test.beforeAll(async () => {
      await build();
      [site.browser, site.models] = await Promise.all([launchBrowser(), gatedModels()]);
    });
    Deno.test.afterAll(() => site.browser.close());
    Deno.test.beforeEach(async () => {
      site.app = await testApp({ models: site.models });
    });
    Deno.test.afterEach(async () => {
      site.models.open();
      await site.app[Symbol.asyncDispose]();
    });
    return site;
  }

  /** Another program in place of this test's. */
  async restart(options: TestAppOptions): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    this.app = await testApp({ models: this.models, ...options });
  }

  async open(path = "/", options: BrowserOptions = {}): Promise<WatchedPage> {
    const watched = await openPage(this.browser, options);
    watched.page.setDefaultTimeout(PATIENCE_MS);
    await this.goto(watched.page, path);
    return watched;
  }

  async goto(page: Page, path: string): Promise<void> {
    await page.goto(this.app.url + path);
    await page.locator('mu-island[data-name="chat/Chat"][data-state=ready]').waitFor({
      state: "attached",
    });
  }

  async latestRun(): Promise<Run> {
    return (await this.app.json<ListPage<Run>>("GET", "/api/v1/runs?limit=1")).items[0]!;
  }

  /** Brings a run to where it stands halfway through its answer. */
  async halfway(page: Page): Promise<void> {
    this.models.hold();
    await say(page, FLAGSHIP);
    await answer(page).getByText("Way 3").waitFor();
    this.models.step();
    await answer(page).locator(".msg-body").waitFor();
    assertEquals(await answer(page).getAttribute("aria-busy"), "true");
  }
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.keyboard.press("Enter");
}

export const log = (page: Page): Locator => page.getByRole("log");

/** The latest answer. */
export function answer(page: Page): Locator {
  return page.getByRole("article", { name: "Muster" }).last();
}

export async function answered(page: Page): Promise<void> {
  await answer(page).getByRole("button", { name: "Copy answer" }).waitFor();
}

export async function answerText(page: Page): Promise<string> {
  return (await answer(page).locator(".msg-body").innerText()).trim();
}
