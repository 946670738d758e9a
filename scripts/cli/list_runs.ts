/** `muster runs`: the latest runs. */
import type { Run } from "../../lib/engine/schema.ts";
import { formatMoney } from "../../lib/ui/format.ts";
import type { Command } from "../muster.ts";

export async function listRuns({ client, flag, on }: Command): Promise<number> {
  const query = new URLSearchParams();
  for (
    const [name, value] of [["status", flag("status")], ["limit", flag("limit")], [
      "q",
      flag("search"),
    ]]
  ) {
    if (value !== undefined) query.set(name!, value);
  }
  const page = await client.get<{ items: Run[] }>(`/api/v1/runs?${query}`);
  if (on("json")) {
    console.log(JSON.stringify(page));
    return 0;
  }
  for (const run of page.items) {
    const intent = run.intent.replace(/\s+/g, " ").slice(0, 70);
    const when = run.createdAt.slice(0, 16).replace("T", " ");
    console.log(
      [run.id, when, run.status.padEnd(9), formatMoney(run.costMicros), intent].join("  "),
    );
  }
  if (page.items.length === 0) console.error('No runs yet; start one with: muster run "…"');
  return 0;
}
