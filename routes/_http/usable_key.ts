/**
 * Whether the key a stream or socket was opened with may still be used. A request proves it each time; they
 * outlive theirs, so the key's record is looked at before every frame that changes something, and with every
 * ping for those that only listen.
 */
import type { App } from "../../lib/app.ts";
import { requireApiKey } from "../../lib/identity/mod.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import type { Caller } from "./env.ts";

const API_KEY = /^key:(key_.+)$/;

/** Null: opened without a key that could be taken away (open mode, admin key, signed cookie). */
export function keyOf(caller: Caller | undefined): string | null {
  return caller ? API_KEY.exec(caller.id)?.[1] ?? null : null;
}

export async function isKeyUsable(
  { ctx }: Pick<App, "ctx">,
  workspaceId: string,
  keyId: string,
): Promise<boolean> {
  try {
    const { revokedAt, expiresAt } = await requireApiKey(ctx, workspaceId, keyId);
    return revokedAt === undefined &&
      (expiresAt == null || Date.parse(expiresAt) > ctx.clock.now());
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return false;
    throw error;
  }
}
