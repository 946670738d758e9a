/** What an agent needs at once: to begin, to go on, to come back. */
import { z } from "zod";
import {
  getAgentState,
  getOnboarding,
  getSessionResume,
  getWork,
} from "../../../lib/coordination/views/mod.ts";
import {
  agentState,
  onboarding,
  sessionResume as sessionResumeShape,
  work as workShape,
} from "../../../lib/coordination/views/schema.ts";
import { mayAct } from "../../_http/acting.ts";
import { ONLY, type Tool, type ToolCall, verb } from "../tool.ts";

/** Who may only look leaves no mark. */
const asked = ({ c, agent }: ToolCall) => ({ agentId: agent(), marks: mayAct(c, "coordinate") });

export const work: Tool = {
  name: "work",
  title: "Work to do",
  description:
    "The team, the tasks to be taken, your own, and the recent chat; marks you as active. Use it between two pieces of work; at the start hot-start tells more.",
  idempotent: true,
  verbs: {
    [ONLY]: verb({
      who: "actor",
      marks: true,
      input: z.strictObject({}),
      output: workShape,
      run: (call) => getWork(call.app.ctx, call.call, asked(call)),
      text: ({ summary }) =>
        `${summary.activeAgents} agents active, ${summary.todoTasks} tasks to do, ${summary.inProgressTasks} of yours in progress`,
    }),
  },
};

export const hotStart: Tool = {
  name: "hot-start",
  title: "Hot start",
  description:
    "Call this first in every session: your last checkpoint, unread messages and memories together with the team, the tasks and the recent chat; marks you as active.",
  idempotent: true,
  verbs: {
    [ONLY]: verb({
      who: "actor",
      marks: true,
      input: z.strictObject({}),
      output: workShape.extend(agentState.shape),
      async run(call) {
        const { app, workspaceId } = call;
        const [begun, state] = await Promise.all([
          getWork(app.ctx, call.call, asked(call)),
          getAgentState(app.ctx, workspaceId, call.agent()),
        ]);
        return { ...begun, ...state };
      },
      text: ({ checkpoint, unreadMessages, summary }) =>
        `${
          checkpoint ? `Your checkpoint is of ${checkpoint.checkpointAt}` : "You have no checkpoint"
        }; ${unreadMessages} unread messages, ${summary.todoTasks} tasks to do`,
    }),
  },
};

export const onboard: Tool = {
  name: "onboard",
  title: "Onboard",
  description:
    "Call this when you are new here: who is online, your soul (made if you have none), and what to do first with its reason.",
  idempotent: true,
  verbs: {
    [ONLY]: verb({
      who: "actor",
      marks: true,
      input: z.strictObject({}),
      output: z.object({ onboarding }),
      run: async (call) => ({
        onboarding: await getOnboarding(call.app.ctx, call.call, asked(call)),
      }),
      text: ({ onboarding: { welcomeMessage, suggestedTask } }) =>
        `${welcomeMessage} Suggested: ${suggestedTask.task} (${suggestedTask.reason})`,
    }),
  },
};

export const sessionResume: Tool = {
  name: "session-resume",
  title: "Session resume",
  description:
    "What the whole team did and left open, out of the newest 100 messages: participants, accomplishments, pending work, what to do next. For a person or agent that comes back to the project.",
  verbs: {
    [ONLY]: verb({
      who: "caller",
      input: z.strictObject({}),
      output: z.object({ sessionResume: sessionResumeShape }),
      run: async ({ app, workspaceId }) => ({
        sessionResume: await getSessionResume(app.ctx, workspaceId),
      }),
      text: ({ sessionResume: { summaryText } }) => summaryText,
    }),
  },
};
