/** Steering work from the chat in a real browser: terms, questions, queue, pause, override, retry. */
import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { defineAgent } from "../../lib/agents/mod.ts";
import type { RunView } from "../../lib/engine/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { axeFindings } from "../harness/browser.ts";
import { answered, answerText, ChatSite, FLAGSHIP, log, loose, say } from "../harness/chat_site.ts";

const site = ChatSite.perTest();

/** In place of the whole way: asks for leave, asks a question, and says what it was told. */
const asking = defineAgent({
  id: "full",
  name: "Asking",
  role: "worker",
  description: "Asks a person twice",
  input: z.object({ intent: z.string() }),
  output: z.string(),
  async run(ctx) {
    const args = { url: "https://a.example/one", method: "GET" };
    const leave = await ctx.approve({ question: "Fetch this page?", args, risk: "high" });
    const schema = {
      type: "object",
      required: ["tenants"],
      properties: { tenants: { type: "integer", title: "Tenants" } },
    };
    const told = await ctx.ask({ question: "How many?", schema });
    return `Leave ${JSON.stringify(leave.args)}, told ${JSON.stringify(told)}`;
  },
});

Deno.test("strict mode waits until the terms are edited and accepted", loose, async () => {
  await using chat = await site.open();
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
  const view = await site.app.json<RunView>("GET", `/api/v1/runs/${(await site.latestRun()).id}`);
  assertEquals([view.covenant.budget.costMicros, view.run.status], [50_000, "completed"]);
  assertEquals(chat.errors, []);
});

Deno.test(
  "strict mode ends the run when the terms are rejected, with the reason",
  loose,
  async () => {
    await using chat = await site.open();
    const { page } = chat;
    await page.getByRole("button", { name: /In strict mode/ }).click();
    const card = page.getByRole("region", { name: "Accept these terms?" });
    await card.getByRole("button", { name: "Reject" }).click();
    await card.getByLabel("Reason").fill("Too early");
    await page.keyboard.press("Enter");
    await log(page).getByText("Too early").waitFor();
    assertEquals((await site.latestRun()).status, "failed");
  },
);

Deno.test("chat queues a message behind a busy run, and lets it be taken back", loose, async () => {
  await using chat = await site.open();
  const { page } = chat;
  await site.halfway(page);
  await say(page, "What is 3 + 4?");
  await say(page, "What is 5 + 6?");
  await log(page).getByText("Queued").nth(1).waitFor();
  await log(page).getByRole("button", { name: "Take back" }).last().click();
  await log(page).getByText("Queued").nth(1).waitFor({ state: "detached" });
  site.models.open();
  await log(page).getByText("= 7").waitFor();
  await log(page).getByText("Stopped.").waitFor();
  assertEquals(chat.errors, []);
});

Deno.test("chat pauses and resumes a run, and steers it", loose, async () => {
  await using chat = await site.open();
  const { page } = chat;
  await site.halfway(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await log(page).getByText("Paused.").waitFor();
  await log(page).getByRole("button", { name: "Resume" }).click();
  await log(page).getByText("Paused.").waitFor({ state: "detached" });
  await page.getByRole("textbox", { name: "Message" }).fill("Mention retention");
  await page.getByRole("button", { name: "Steer" }).click();
  await page.getByText("The agents at work have it").waitFor();
  site.models.open();
  await answered(page);
  assertEquals(chat.errors, []);
});

Deno.test("chat overrides a step's output and works on from there", loose, async () => {
  await using chat = await site.open();
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
  assertEquals((await site.latestRun()).status, "completed");
  assertEquals(chat.errors, []);
});

Deno.test("chat takes edited arguments and an answer by form, in place", loose, async () => {
  await site.restart({ agents: new Map([["full", asking]]) });
  await using chat = await site.open();
  const { page } = chat;
  await say(page, "Ask me");
  const leave = page.getByRole("region", { name: "May this be done?" });
  await leave.getByRole("button", { name: "Edit" }).click();
  await leave.getByLabel("Arguments as JSON").fill(
    '{"url":"https://a.example/two","method":"GET"}',
  );
  assertEquals(await axeFindings(page), []);
  await leave.getByRole("button", { name: "Approve as edited" }).click();
  const question = page.getByRole("region", { name: "A question for you" });
  await question.getByLabel("Tenants").fill("many");
  await question.getByRole("button", { name: "Answer" }).click();
  await question.getByText('"many" is not a number').waitFor();
  await question.getByLabel("Tenants").fill("40");
  await question.getByRole("button", { name: "Answer" }).click();
  await answered(page);
  const told = await answerText(page);
  assert(told.includes("a.example/two") && told.includes('{"tenants":40}'), told);
  assertEquals(chat.errors, []);
});

/** Fails the first time it is tried, whatever it is asked. */
const stumbling = defineAgent({
  ...asking,
  run(ctx) {
    if (ctx.attempt > 1) return Promise.resolve("Second time lucky");
    return Promise.reject(
      new AppError("upstream_failed", { detail: "The provider is gone", retryable: false }),
    );
  },
});

Deno.test("chat says why a run failed and retries it", loose, async () => {
  await site.restart({ agents: new Map([["full", stumbling]]) });
  await using chat = await site.open();
  const { page } = chat;
  await say(page, "Try this");
  await log(page).getByText("The provider is gone").waitFor();
  assertEquals(await axeFindings(page), []);
  await log(page).getByRole("button", { name: "Retry" }).click();
  await log(page).getByText("Second time lucky").waitFor();
  assertEquals(chat.errors, []);
});

Deno.test("a fork works on beside the conversation, which is one press away", loose, async () => {
  await using chat = await site.open();
  const { page } = chat;
  await say(page, FLAGSHIP);
  await answered(page);
  const side = page.getByRole("complementary", { name: "Run" });
  await side.getByRole("treeitem", { name: /Check the results/ }).click();
  await side.getByRole("button", { name: "Fork" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Fork" }).click();
  await side.getByText("A fork, beside the conversation").waitFor();
  await side.getByText("Completed", { exact: true }).first().waitFor();
  assertEquals(
    await side.getByRole("treeitem", { name: /^Completed Write the answer/ }).count(),
    1,
  );
  await side.getByRole("button", { name: "Back" }).click();
  await side.getByText("A fork, beside").waitFor({ state: "detached" });
  assertEquals(chat.errors, []);
});
