/**
 * Sessions: chat conversations. A message starts a run; while the run is at work further messages are
 * queued, refused, or take its place, as the session's policy says. The assistant's messages are views
 * of runs.
 */
export { advanceSession, type SessionsContext } from "./advance.ts";
export { createSession, patchSession } from "./create_session.ts";
export { sessionHistory } from "./history.ts";
export { sessionKeys } from "./keys.ts";
export { listMessages } from "./messages.ts";
export { postMessage } from "./post_message.ts";
export { listSessions, requireSession } from "./store.ts";
