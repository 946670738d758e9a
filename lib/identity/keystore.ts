/** Write-only store of other services' keys: set, listed by name, deleted, used inside, never shown. */
import type { AppContext } from "../kernel/context.ts";
import { AppError } from "../kernel/core/errors.ts";
import type { Secrets } from "../kernel/platform/crypto.ts";
import { transact, type Tx } from "../kernel/kv/mod.ts";
import { secretKey } from "./keys.ts";

/** What may be shown of a secret. */
export interface SecretInfo {
  readonly name: string;
  /** Its last four characters, where it is long enough not to give it away. */
  readonly hint: string;
  /** Epoch ms. */
  readonly updatedAt: number;
  readonly updatedBy: string;
}

interface StoredSecret extends SecretInfo {
  readonly v: 1;
  readonly sealed: string;
}

/** Stages what changes in the same commit. */
type Also = (tx: Tx) => void | Promise<void>;

export interface Keystore {
  /** Throws `keystore_locked` where nothing can be sealed, `invalid_input` for an unusable name or value. */
  put(
    workspaceId: string,
    name: string,
    value: string,
    actor: string,
    also?: Also,
  ): Promise<SecretInfo>;
  delete(workspaceId: string, name: string, also?: Also): Promise<void>;
  list(workspaceId: string): Promise<SecretInfo[]>;
  /** The secret itself, for the code that uses it; null when there is none. Never an answer to a caller. */
  reveal(workspaceId: string, name: string): Promise<string | null>;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const VALUE_MAX = 8_192;
const HINT_FROM = 16;

export function createKeystore(
  ctx: Pick<AppContext, "kv" | "clock">,
  secrets: Secrets,
): Keystore {
  return {
    async put(workspaceId, name, value, actor, also) {
      checkSecret(name, value);
      const sealed = await secrets.seal(value, contextOf(workspaceId, name));
      const info: SecretInfo = {
        name,
        hint: value.length >= HINT_FROM ? value.slice(-4) : "",
        updatedAt: ctx.clock.now(),
        updatedBy: actor,
      };
      await transact(ctx, workspaceId, async (tx) => {
        await also?.(tx);
        tx.set(secretKey(workspaceId, name), { v: 1, ...info, sealed } satisfies StoredSecret);
      });
      return info;
    },
    async delete(workspaceId, name, also) {
      await transact(ctx, workspaceId, async (tx) => {
        await also?.(tx);
        tx.delete(secretKey(workspaceId, name));
      });
    },
    async list(workspaceId) {
      const found: SecretInfo[] = [];
      const stored = ctx.kv.list<StoredSecret>({ prefix: secretKey.prefix(workspaceId) }, {
        limit: 1_000,
      });
      for await (const { value } of stored) {
        const { name, hint, updatedAt, updatedBy } = value;
        found.push({ name, hint, updatedAt, updatedBy });
      }
      return found;
    },
    async reveal(workspaceId, name) {
      const { value } = await ctx.kv.get<StoredSecret>(secretKey(workspaceId, name));
      return value ? await secrets.open(value.sealed, contextOf(workspaceId, name)) : null;
    },
  };
}

const contextOf = (workspaceId: string, name: string) => `secret/${workspaceId}/${name}`;

function checkSecret(name: string, value: string): void {
  if (!NAME.test(name)) {
    throw new AppError("invalid_input", {
      detail:
        `"${name}" is not a name for a secret: lower-case letters, digits, ".", "_" and "-", at most 64`,
      fields: [{ path: "name", message: "not a name for a secret" }],
    });
  }
  if (value.length === 0 || value.length > VALUE_MAX) {
    throw new AppError("invalid_input", {
      detail: `A secret has 1 to ${VALUE_MAX} characters, this one ${value.length}`,
      fields: [{ path: "value", message: `1 to ${VALUE_MAX} characters` }],
    });
  }
}
