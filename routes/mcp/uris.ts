/** Addresses of what can be read and followed. */
import { isId } from "../../lib/kernel/core/ids.ts";

export const BOARD_URI = "muster://board";
export const RUN_TEMPLATE = "muster://runs/{id}";

const RUN = /^muster:\/\/runs\/([^/?#]+)$/;

export function runUri(runId: string): string {
  return `muster://runs/${runId}`;
}

export function runOf(uri: string): string | undefined {
  const id = uri.match(RUN)?.[1];
  return id !== undefined && isId("run", id) ? id : undefined;
}
