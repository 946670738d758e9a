/** The board and agents' pages of a whole program in a real browser, with agents that act over HTTP. */
import type { Browser, Locator, Page } from "playwright-core";
import type { Message } from "../../lib/coordination/chat/schema.ts";
import type { Task, TaskInput } from "../../lib/coordination/tasks/schema.ts";
import { build } from "../../scripts/build.ts";
import { type BrowserOptions, launchBrowser, openPage, type WatchedPage } from "./browser.ts";
import { type TestApp, testApp } from "./test_app.ts";

const PATIENCE_MS = 20_000;
const islands = { board: "board/Board", agents: "agents/AgentList", agent: "agents/AgentPage" };

/** A browser for a file of tests, and a program of its own for each of them. */
export class BoardSite {
  browser!: Browser;
  app!: TestApp;

  /** Call it at the top of the file. */
  static perTest(): BoardSite {
    const site = new BoardSite();
    Deno.test.beforeAll(async () => {
      await build();
      site.browser = await launchBrowser();
    });
    Deno.test.afterAll(() => site.browser.close());
    Deno.test.beforeEach(async () => {
      site.app = await testApp();
    });
    Deno.test.afterEach(async () => await site.app[Symbol.asyncDispose]());
    return site;
  }

  async open(
    path: string,
    kind: keyof typeof islands = "board",
    options: BrowserOptions = {},
    origin = this.app.url,
  ): Promise<WatchedPage> {
    const watched = await openPage(this.browser, options);
    watched.page.setDefaultTimeout(PATIENCE_MS);
    await watched.page.goto(origin + path);
    if (options.javaScript !== false) {
      const island = `mu-island[data-name="${islands[kind]}"][data-state=ready]`;
      await watched.page.locator(island).waitFor({ state: "attached" });
    }
    return watched;
  }

  /** Something an agent does, by the doors agents use. */
  async post<T>(path: string, body: unknown): Promise<T> {
    return await this.app.json<T>("POST", path, body);
  }

  async task(input: TaskInput): Promise<Task> {
    return (await this.post<{ task: Task }>("/api/v1/tasks", input)).task;
  }

  async say(author: string, message: string, threadId?: string): Promise<Message> {
    const body = { author, message, threadId };
    return (await this.post<{ message: Message }>("/api/v1/chat/messages", body)).message;
  }

  async agents(...agentIds: string[]): Promise<void> {
    for (const agentId of agentIds) await this.post("/coordinator/agents", { agentId });
  }

  /** An agent that looks for the same thing in vain until that is noticed. */
  async getStuck(agentId: string, task: string): Promise<void> {
    await this.post(`/agent/${agentId}/soul`, {});
    await this.post(`/agent/${agentId}/trace`, { task, sessionId: "stuck" });
    for (let step = 0; step < 3; step++) {
      await this.post(`/agent/${agentId}/trace/stuck/step`, { tool: "grep", outcome: "nothing" });
    }
  }
}

export const column = (page: Page, name: string): Locator => page.getByRole("region", { name });

export const card = (page: Page, title: string): Locator =>
  page.getByRole("link", { name: title, exact: true });

export const cardIn = (page: Page, name: string, title: string): Locator =>
  column(page, name).getByRole("link", { name: title, exact: true });

/** What is read out of a move. */
export const said = (page: Page): Locator => page.locator("[aria-live=assertive]");
