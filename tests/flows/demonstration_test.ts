/** What a person sees with no key at all: the built-in agents on the offline model, with several kinds of request. */
import { assert, assertEquals } from "@std/assert";
import { answerOffline } from "../../lib/gateway/offline/offline_model.ts";
import { runAgent, type World } from "../harness/agent_context.ts";
import { FLAGSHIP } from "../harness/scripts.ts";

async function demonstrate(intent: string): Promise<{ world: World; answer: string }> {
  const { world, output, error } = await runAgent<string>("full", { intent }, {
    model: ({ request }) => answerOffline(request),
  });
  assertEquals(error, undefined);
  return { world, answer: output! };
}

const workers = (world: World) => world.steps.filter((step) => step.agent === "worker");

function holds(text: string, ...facts: readonly string[]): void {
  const missing = facts.filter((fact) => !text.toLowerCase().includes(fact.toLowerCase()));
  assertEquals(missing, [], text);
}

Deno.test("the demonstration shares the flagship request among three and recommends one", async () => {
  const { world, answer } = await demonstrate(FLAGSHIP);
  assertEquals(workers(world).length, 3);
  assertEquals(new Set(workers(world).map((step) => step.title)).size, 3);
  assert(workers(world).every((step) => step.options.dependsOn?.length === 0));
  assertEquals(world.covenant.broken, undefined);
  holds(answer, "append-only event log", "recommend", "demonstration");
  holds(answer, ...workers(world).map((step) => step.title.split(": ").at(-1)!));
  assertEquals(world.steps.at(-1)!.title, "Check the answer");
  assert(answer.includes("| --- |"), answer);
});

Deno.test("the demonstration compares what the request names, with its figures", async () => {
  const { world, answer } = await demonstrate(
    "Compare PostgreSQL, MySQL and SQLite for an embedded product with 50 GB of data and recommend one",
  );
  assertEquals(workers(world).length, 3);
  assertEquals(world.covenant.broken, undefined);
  holds(answer, "PostgreSQL", "MySQL", "SQLite", "50 GB");
});

Deno.test("the demonstration plans with the figures and dates of the request", async () => {
  const { world, answer } = await demonstrate(
    "Plan our office move to Hamburg for 12 people by 30 June 2027 with at most 8000 Euro: schedule, budget and risks",
  );
  assertEquals(workers(world).length, 3);
  assertEquals(world.covenant.broken, undefined);
  holds(answer, "Hamburg", "12", "30 June 2027", "8000 Euro", "risk");
});

Deno.test("the demonstration answers in the language of the request", async () => {
  const { world, answer } = await demonstrate(
    "Vergleiche drei Heizsysteme für ein Haus mit 140 m² und empfiehl eines",
  );
  assertEquals(workers(world).length, 3);
  assertEquals(world.covenant.broken, undefined);
  holds(answer, "140", "Empfehlung", "Demonstrationsmodell");
});

Deno.test("the demonstration summarises a given text directly, by one agent", async () => {
  const { world, answer } = await demonstrate(
    "Summarise in two sentences: The Rhine rises in the Alps. It flows 1,230 km to the North Sea. " +
      "In 2018 low water stopped shipping for weeks. Basel and Rotterdam depend on it.",
  );
  assertEquals(world.steps.map((step) => step.agent), ["full", "mediator", "responder"]);
  holds(answer, "1,230 km");
});

Deno.test("the demonstration calculates with the calculator, for real", async () => {
  const { world, answer } = await demonstrate("What is 17 * 23 plus 12%?");
  assertEquals(world.toolCalls.map((call) => call.name), ["calculator"]);
  holds(answer, "437.92");
});
