import { assert, assertEquals } from "@std/assert";
import { complexityOf } from "../../../lib/gateway/routing/complexity.ts";
import { shapeOf } from "../../../lib/gateway/routing/request.ts";
import { routingSettings } from "../../../lib/gateway/routing/schema.ts";
import { isHeldOut, type Labelled, readLabelled, requestOf, TIERS } from "./labelled.ts";

const { primaryFrom, flagshipFrom } = routingSettings.parse({});

function distance(labelled: Labelled): number {
  const { score } = complexityOf(shapeOf(requestOf(labelled)));
  const rank = score >= flagshipFrom ? 2 : score >= primaryFrom ? 1 : 0;
  return rank - TIERS.indexOf(labelled.tier);
}

Deno.test("the labelled prompts are many, of several kinds and languages, each with its reason", async () => {
  const all = await readLabelled();
  const different = (of: (labelled: Labelled) => string) => new Set(all.map(of)).size;
  assert(all.length >= 300 && different(({ id }) => id) === all.length);
  assert(different(({ category }) => category) >= 10);
  assert(different(({ language }) => language) >= 10);
  assert(all.every(({ tier, reason }) => TIERS.includes(tier) && reason !== ""));
});

Deno.test("the router keeps its accuracy on what it was not tuned on", async () => {
  const held = (await readLabelled()).filter(({ id }) => isHeldOut(id)).map(distance);
  const share = (holds: (tiers: number) => boolean) => held.filter(holds).length / held.length;
  assertEquals(held.length, 129);
  assert(share((tiers) => tiers === 0) >= 0.85);
  assert(share((tiers) => tiers < 0) <= 0.08);
  assertEquals(share((tiers) => Math.abs(tiers) > 1), 0);
});
