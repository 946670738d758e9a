/**
 * Two agents share a piece of work. Run it: `deno run -A tests/client/basic_use.ts http://127.0.0.1:8000`
 * (a key goes into MUSTER_KEY). From elsewhere import the client from the server itself:
 * `import { connect } from "http://127.0.0.1:8000/client.js"`.
 */
import { connect, isMusterError } from "../../lib/client/mod.ts";

export interface BasicOutcome {
  readonly task: { readonly status: string; readonly assignee?: string };
  readonly refused: { readonly code: string; readonly assignee: unknown };
  readonly blocked: { readonly code: string; readonly lockedBy: unknown };
  readonly stale: string;
  readonly recalled: readonly string[];
  readonly resumed: readonly string[];
  readonly handedTo: string | undefined;
  readonly unread: readonly string[];
  readonly chat: readonly string[];
  readonly answer: string;
}

export async function basicUse(
  url: string,
  key?: string,
  say: (line: string) => void = () => {},
): Promise<BasicOutcome> {
  const phoenix = connect({ url, key, agentId: "phoenix" });
  const atlas = phoenix.as("atlas");
  await phoenix.register({ capabilities: ["typescript"], status: "active" });
  await atlas.register({ capabilities: ["review"] });

  // A task has one owner; who comes second is told who it is.
  const task = await phoenix.tasks.create({ title: "Repair the parser", files: ["src/parser.ts"] });
  await phoenix.tasks.claim(task.id);
  const refused = await problemOf(() => atlas.tasks.claim(task.id));
  say(`atlas: ${refused.detail}`);

  // A lock renews itself and is released when its block is left.
  let stale = "";
  const outcome = await phoenix.locks.with("src/parser.ts", { reason: "repair" }, async (lock) => {
    const blocked = await problemOf(() => atlas.locks.acquire("src/parser.ts"));
    say(`atlas: ${blocked.detail}`);
    const waiting = atlas.locks.acquire("src/parser.ts", { waitMs: 20_000 });
    // The token travels with the write: it would be refused had another been granted since.
    const done = await phoenix.tasks.complete(task.id, { lock });
    await lock.release();
    const next = await waiting;
    stale = (await problemOf(() => lock.guard())).code;
    await next.release();
    return { blocked, done };
  });

  await phoenix.memory.remember({
    category: "discovery",
    content: "The parser keeps trailing commas on purpose",
    tags: ["parser"],
  });
  await phoenix.checkpoint.save({
    conversationSummary: "Parser repaired",
    pendingWork: ["Write its changelog"],
  });
  const handoff = await phoenix.handoffs.create({
    toAgent: "atlas",
    title: "Review the parser",
    context: "Trailing commas stay",
  });
  const claimed = await atlas.handoffs.claim(handoff.id);
  await atlas.handoffs.complete(handoff.id);

  await phoenix.chat.post("The parser is done, @atlas");
  await phoenix.inbox.send("atlas", "Thank you");
  const unread = await atlas.inbox.unread();
  await atlas.inbox.markRead(unread);
  const answer = await phoenix.runs.ask("Say hello to the team");
  say(answer);

  return {
    task: outcome.done,
    refused: { code: refused.code, assignee: refused.assignee },
    blocked: { code: outcome.blocked.code, lockedBy: outcome.blocked.lockedBy },
    stale,
    recalled: (await phoenix.memory.recall("trailing commas")).map(({ content }) => content),
    resumed: (await phoenix.checkpoint.get())?.pendingWork ?? [],
    handedTo: claimed.claimedBy,
    unread: unread.map(({ message }) => message),
    chat: (await atlas.chat.latest()).map(({ message }) => message),
    answer,
  };
}

/** What the server says against it. */
async function problemOf(attempt: () => Promise<unknown>) {
  try {
    await attempt();
  } catch (error) {
    if (isMusterError(error)) return error.problem;
    throw error;
  }
  throw new Error("It was expected to be refused");
}

if (import.meta.main) {
  const [url = "http://127.0.0.1:8000"] = Deno.args;
  console.log(await basicUse(url, Deno.env.get("MUSTER_KEY"), (line) => console.log(line)));
}
