/** Scripted models for agents' tests: what each part of a team says unless the test says otherwise. */
import type { Call, Reply, Script } from "./agent_context.ts";

export const FLAGSHIP =
  "Compare three ways to store an append-only event log in a key-value database and recommend one";

const task = (id: string, dependsOn: string[] = []) => ({
  id,
  title: `Look at option ${id}`,
  instructions: `Describe option ${id} with its cost and limits`,
  agent: "worker",
  dependsOn,
});

export const THREE_TASKS = [task("t1"), task("t2"), task("t3")];

export const planOf = (tasks: unknown) => ({
  json: { reasoning: "Three options, three tasks", tasks },
});

/** A judgement of t1, t2, t3; those named in `back` have to be done again. */
export function judged(score: number, back: readonly string[] = [], verdict = "met") {
  return {
    json: {
      reasoning: `Scored ${score}`,
      score,
      items: THREE_TASKS.map(({ id }) => ({
        id,
        score,
        accept: !back.includes(id),
        feedback: back.includes(id) ? `Add figures to ${id}` : "",
      })),
      criteria: [{ criterion: "Names one option", verdict, evidence: `It is ${verdict}` }],
    },
  };
}

const TEAM: Record<string, Script> = {
  mediator: () => ({
    json: {
      reasoning: "One choice is asked for",
      acceptance: ["Names one option"],
      scopeIn: ["three ways to store a log"],
      scopeOut: [],
    },
  }),
  orchestrator: () => planOf(THREE_TASKS),
  classifier: () => ({
    json: {
      reasoning: "A technical comparison",
      kind: "analysis",
      difficulty: "medium",
      language: "en",
      parts: THREE_TASKS.map(({ id }) => ({ id, kind: "research", difficulty: "low" })),
    },
  }),
  worker: (call) => `Result of ${call.title}`,
  evaluator: () => judged(9),
  coordinator: () => "Take option t2.",
  responder: () => "Paris.",
};

/** The team with some of its parts replaced. */
export function team(parts: Partial<Record<string, Script>> = {}): Script {
  return (call: Call): Reply | Promise<Reply> => {
    const script = parts[call.agent] ?? TEAM[call.agent];
    if (!script) throw new Error(`nobody expected a model call of ${call.agent}`);
    return script(call);
  };
}

/** A script that gives these replies one after the other, the last one for ever. */
export function inTurn(...replies: readonly (Reply | Error)[]): Script {
  return (call) => {
    const reply = replies[Math.min(call.nth, replies.length - 1)]!;
    if (reply instanceof Error) throw reply;
    return reply;
  };
}
