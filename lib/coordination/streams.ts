/**
 * Streams of this slice. The board and the chat are one log each for a workspace; what concerns one
 * agent alone (inbox, traces, escalations, soul) is in its own.
 */

/** `agent.*`, `task.*`, `lock.*`, `zone.*`, `claim.*`, `handoff.*`. */
export const BOARD_STREAM = "board";
/** `chat.*`. */
export const CHAT_STREAM = "chat";

/** `message.*`, `checkpoint.*`, `memory.*`, `trace.*`, `escalation.*`, `soul.*`. */
export function agentStream(agentId: string): string {
  return `agent:${agentId}`;
}
