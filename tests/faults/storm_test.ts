/** Twenty SIGKILLs at random moments under fifty runs at once; every run ends by itself. */
import { assertEquals } from "@std/assert";
import { newReport, play, summary } from "./campaign_run.ts";

const SEED = Number(Deno.env.get("MUSTER_SEED") ?? 1);
const KILLS = 20;

/** Mulberry32: the same moments for the same seed. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), seed | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

Deno.test("fifty runs at once survive twenty kills at random moments", async () => {
  const report = newReport();
  const next = random(SEED);
  await play({
    name: `storm (seed ${SEED})`,
    runs: 50,
    lives: Array<string>(KILLS).fill(""),
    killAfterMs: () => 2 + Math.floor(next() * 60),
    limitMs: 90_000,
  }, report);
  console.log(summary("random kills", report));
  assertEquals(report.problems, []);
  assertEquals(report.kills, KILLS);
});
