/** `muster approve`: what waits for a person, and the answer to it. */
import type { Approval } from "../../lib/governance/schema.ts";
import type { Command } from "../muster.ts";
import { CommandError } from "./client.ts";

export async function approve(command: Command): Promise<number> {
  const [id] = command.words;
  return id === undefined ? await list(command) : await answer(command, id);
}

async function list({ client, on }: Command): Promise<number> {
  const page = await client.get<{ items: Approval[] }>("/api/v1/approvals?status=open");
  if (on("json")) {
    console.log(JSON.stringify(page));
    return 0;
  }
  for (const { id, kind, risk, question, args } of page.items) {
    console.log(`${id}  ${kind}, ${risk} risk\n  ${question}`);
    if (args !== undefined) console.log(`  ${JSON.stringify(args).slice(0, 400)}`);
  }
  if (page.items.length === 0) console.error("Nothing waits for an answer");
  return 0;
}

async function answer({ client, flag, on }: Command, id: string): Promise<number> {
  const value = flag("value");
  if (value !== undefined && on("reject")) {
    throw new CommandError("--value answers a question and --reject refuses: give one of them", 2);
  }
  const decision = on("reject") ? "reject" : value === undefined ? "approve" : "answer";
  const path = `/api/v1/approvals/${encodeURIComponent(id)}/answer`;
  const answered = await client.post<unknown>(path, {
    decision,
    ...(value !== undefined && { value: parseValue(value) }),
    reason: flag("reason"),
  });
  console.log(on("json") ? JSON.stringify(answered) : `${id}  ${decision}`);
  return 0;
}

/** JSON where it is JSON, else the text itself. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
