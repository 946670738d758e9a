/**
 * Keys are made here and nowhere else. A workspace key is `["w", workspace, prefix, ...parts]`, so that
 * export, erase and isolation are one prefix and leaving the workspace out does not compile; a global
 * key is `[prefix, ...parts]` and is for the few named exceptions (due index, instances, markers).
 */
import { AppError } from "../core/errors.ts";

declare const brand: unique symbol;
export type Key = readonly Deno.KvKeyPart[] & { readonly [brand]: "key" };

export interface KeyOptions {
  readonly slice: string;
  /** Version of the stored value's shape. */
  readonly version: number;
  /** `keep`: until erased; `expires`: written with expireIn; `swept`: a sweep removes it. */
  readonly retention: "keep" | "expires" | "swept";
  /** Default `json`. `log`: an event entry; `sum`: a counter; `bytes`: a blob's chunk. */
  readonly encoding?: "json" | "bytes" | "sum" | "log";
}

export interface KeyDefinition extends KeyOptions {
  readonly prefix: string;
  readonly scope: "workspace" | "global";
}

export interface WorkspaceKey {
  (workspaceId: string, ...parts: Deno.KvKeyPart[]): Key;
  /** Selector of every key that starts with these parts. */
  prefix(workspaceId: string, ...parts: Deno.KvKeyPart[]): Key;
  readonly definition: KeyDefinition;
}

export interface GlobalKey {
  (...parts: Deno.KvKeyPart[]): Key;
  prefix(...parts: Deno.KvKeyPart[]): Key;
  readonly definition: KeyDefinition;
}

const brandKey = (parts: Deno.KvKeyPart[]) => parts as unknown as Key;

export function defineKey(prefix: string, options: KeyOptions): WorkspaceKey {
  const build = (workspaceId: string, ...parts: Deno.KvKeyPart[]) =>
    brandKey(["w", workspaceId, prefix, ...parts]);
  const definition: KeyDefinition = { ...options, prefix, scope: "workspace" };
  return Object.assign(build, { prefix: build, definition });
}

export function defineGlobalKey(prefix: string, options: KeyOptions): GlobalKey {
  const build = (...parts: Deno.KvKeyPart[]) => brandKey([prefix, ...parts]);
  const definition: KeyDefinition = { ...options, prefix, scope: "global" };
  return Object.assign(build, { prefix: build, definition });
}

/** Everything a workspace owns: for export, erase and the data explorer. */
export function workspacePrefix(workspaceId: string): Key {
  return brandKey(["w", workspaceId]);
}

/** A key that came back from the store. */
export function storedKey(key: Deno.KvKey): Key {
  return key as unknown as Key;
}

export interface Keyspace {
  readonly definitions: readonly KeyDefinition[];
  /** The definition a stored key belongs to, or null for a key nobody defined. */
  describe(key: Deno.KvKey): KeyDefinition | null;
}

/** The registry prefix → slice, version, retention. Two definitions of one prefix are an error. */
export function createKeyspace(
  keys: readonly { readonly definition: KeyDefinition }[],
): Keyspace {
  const byPrefix = new Map<string, KeyDefinition>();
  for (const { definition } of keys) {
    const id = `${definition.scope}:${definition.prefix}`;
    const other = byPrefix.get(id);
    if (other || (definition.scope === "global" && definition.prefix === "w")) {
      throw new AppError("internal", {
        detail: `Key prefix "${definition.prefix}" of ${definition.slice} is already taken by ${
          other?.slice ?? "the workspace scope"
        }`,
      });
    }
    byPrefix.set(id, definition);
  }
  return {
    definitions: [...byPrefix.values()],
    describe: (key) =>
      byPrefix.get(key[0] === "w" ? `workspace:${String(key[2])}` : `global:${String(key[0])}`) ??
        null,
  };
}

/** One string per key, different for different keys: string parts carry their length. */
export function keyId(key: Deno.KvKey): string {
  let id = "";
  for (let i = 0; i < key.length; i++) {
    const part = key[i]!;
    if (typeof part === "string") id += part.length + ":" + part;
    else if (typeof part === "number") id += "n" + part + ";";
    else if (part instanceof Uint8Array) id += "u" + part.join() + ";";
    else id += (typeof part)[1] + String(part) + ";";
  }
  return id;
}

/** What a limit or a conflict is reported as: the part of the key that names its aggregate. */
export function aggregateOf(key: Deno.KvKey): string {
  return String(key[0] === "w" ? key[2] : key[0]);
}

/** The smallest key after this one: where a list goes on behind it. */
export function keyAfter(key: Key): Key {
  return storedKey([...key, new Uint8Array()]);
}

/** Spreads names over shards; 32 bits, not for secrets. */
export function hashText(text: string): number {
  let hash = 2_166_136_261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16_777_619);
  return hash >>> 0;
}
