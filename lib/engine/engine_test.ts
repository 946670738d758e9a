import { assert, assertEquals } from "@std/assert";
import { agent, engineHarness, said } from "../../tests/harness/engine.ts";
import { compareIds, emptyView, foldEvents } from "./fold.ts";

const one = (name: string) =>
  agent(name, async (ctx, input) => (await ctx.model(said(`${name} ${input}`))).text);

const graph = {
  sub: one("sub"),
  main: one("main"),
  aggregator: one("aggregator"),
  mediator: one("mediator"),
  main0: agent("main0", async (ctx, input) => {
    const { text } = await ctx.model(said(`main0 ${input}`));
    const subs = await Promise.all([0, 1, 2].map((i) => ctx.spawn<string>("sub", text + i)));
    return text + subs.join("");
  }),
  root: agent("root", async (ctx) => {
    const plan = await ctx.spawn<string>("mediator", "plan");
    const mains = await Promise.all(
      [0, 1, 2, 3, 4].map((i) => ctx.spawn<string>(i ? "main" : "main0", plan + i)),
    );
    return await ctx.spawn<string>("aggregator", mains.join("\n"));
  }),
};

Deno.test("Engine.start() runs a graph four deep to its end", async () => {
  await using h = await engineHarness({ agents: graph, model: () => "answer" });
  const view = await h.run("root");
  assertEquals(h.errors, []);
  assertEquals(view.run.status, "completed", JSON.stringify(view.run));
  assertEquals(view.run.output, "answer");
  assertEquals(h.calls.length, 10);
  assertEquals(view.steps.length, 11);
  assertEquals(view.steps.every((step) => step.status === "completed"), true);
});

Deno.test("loadRunView() equals the fold of all events", async () => {
  await using h = await engineHarness({ agents: graph });
  const view = await h.run("root");
  const events = await h.events(view.run.id);
  const folded = foldEvents(emptyView(view.run.id), events);
  assertEquals({ ...folded, cursor: "" }, { ...view, cursor: "" });
  assertEquals(events[0]!.type, "run.created");
  assertEquals(events.at(-1)!.type, "run.completed");
  assert(compareIds(view.cursor, events.at(-1)!.id!) >= 0);
});
