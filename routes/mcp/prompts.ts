/** Prompts: what a person may have an agent do here, offered by clients as commands. */
import {
  type GetPromptResult,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
} from "@modelcontextprotocol/server";
import { agentId as agentIdShape } from "../../lib/coordination/schema.ts";

interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  text(agentId: string): string;
}

const PROMPTS: readonly Prompt[] = [
  {
    name: "begin",
    title: "Begin work",
    description: "Go on where this agent stopped, or take the next task",
    text: (agentId) =>
      `Work in Muster as agentId "${agentId}". Call hot-start first (onboard if Muster does not know you). Tell the team in one sentence what you will do, go on with your pending work or claim a task, and lock each file before you edit it.`,
  },
  {
    name: "wrap-up",
    title: "Wrap up",
    description: "Save, hand over and let go of everything before this agent stops",
    text: (agentId) =>
      `You are "${agentId}" and about to stop. Save a checkpoint (summary, accomplishments, pending work, files edited), complete or release your tasks, hand off what somebody should go on with, unlock your files, and tell the group chat in one sentence where things stand.`,
  },
];

const ARGUMENTS = [
  { name: "agentId", description: "The agent's own id in Muster", required: true },
];

export function servePrompts(server: Server): void {
  server.setRequestHandler("prompts/list", () => ({
    prompts: PROMPTS.map(({ text: _, ...shown }) => ({ ...shown, arguments: ARGUMENTS })),
  }));
  server.setRequestHandler("prompts/get", ({ params }) => prompt(params.name, params.arguments));
}

function prompt(name: string, given: Readonly<Record<string, string>> = {}): GetPromptResult {
  const found = PROMPTS.find((one) => one.name === name);
  if (!found) {
    throw invalid(
      `There is no prompt "${name.slice(0, 80)}"; there are ${
        PROMPTS.map((one) => one.name).join(", ")
      }`,
    );
  }
  const parsed = agentIdShape.safeParse(given.agentId);
  if (!parsed.success) {
    throw invalid(
      given.agentId === undefined
        ? "agentId is required"
        : `agentId – ${parsed.error.issues[0]!.message}`,
    );
  }
  const text = found.text(parsed.data);
  return {
    description: found.description,
    messages: [{ role: "user", content: { type: "text", text } }],
  };
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
