/** The chat's state and actions, for every component in it. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Actions } from "./actions.ts";
import type { ChatState } from "./state.ts";

export interface Chat {
  readonly state: ChatState;
  readonly actions: Actions;
}

export const ChatContext = createContext<Chat | null>(null);

export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (!chat) throw new Error("A part of the chat stands outside ChatContext");
  return chat;
}
