/** Speaking in the group chat, as the person who looks. */
import type { Message, Reaction, Thread } from "../../../lib/coordination/chat/schema.ts";
import { get, type Listed, path, post, remove } from "../../_runtime/http.ts";
import { attempt } from "../attempt.ts";
import type { BoardState } from "../context.ts";
import { putMessage, setReaction } from "../state.ts";

const PAGE = 50;

export function chatActions(state: BoardState) {
  const put = (messages: readonly Message[]) =>
    state.data.value = messages.reduce(putMessage, state.data.peek());
  return {
    /** False when it was not sent: the text stays in the field. */
    say: (text: string, threadId?: string) =>
      attempt("The message was not sent", async () => {
        const { message } = await post<{ message: Message }>("/chat/messages", {
          author: state.me,
          authorType: "human",
          message: text,
          ...(threadId && { threadId }),
        });
        put([message]);
      }),
    /** Gives a reaction, or takes one's own back. Shown at once. */
    react: (message: Message, emoji: string) => {
      const mine = message.reactions.some((given) =>
        given.emoji === emoji && given.by === state.me
      );
      const reaction: Reaction = {
        emoji,
        by: state.me,
        at: new Date(state.nowMs.peek()).toISOString(),
      };
      const show = (removed: boolean) =>
        state.data.value = setReaction(state.data.peek(), message.id, reaction, removed);
      const at = path("chat", "messages", message.id, "reactions");
      show(mine);
      return attempt("The reaction was not kept", async () => {
        try {
          if (mine) {
            await remove(`${at}/${encodeURIComponent(emoji)}?by=${encodeURIComponent(state.me)}`);
          } else await post(at, { emoji, by: state.me });
        } catch (error) {
          show(!mine);
          throw error;
        }
      });
    },
    loadThread: (messageId: string) =>
      attempt("The replies could not be loaded", async () => {
        const { root, replies } = await get<Thread>(path("threads", messageId));
        put([...replies, root]);
      }),
    /** Answers with where the still older ones begin; null when these were the last. */
    loadOlder: async (cursor: string | null): Promise<string | null> => {
      const query = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
      const page = await get<Listed<Message>>(`/chat/messages?limit=${PAGE}${query}`);
      put(page.items);
      return page.nextCursor;
    },
  };
}
