/** Encryption at rest, derived secrets and signatures. Random bytes come from here. */
import { AppError } from "../core/errors.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** What a derived secret is for; a new use gets a new label. */
export type SecretLabel = "keystore" | "cookie" | "link" | "drain" | "compare";

export interface Secrets {
  /** False on a remote store without `MUSTER_MASTER_KEY`: what is sealed could not be opened elsewhere. */
  readonly canSeal: boolean;
  /** 32 bytes, the same for the same root and label. */
  derive(label: SecretLabel): Promise<Bytes>;
  /** `context` is bound to the sealed text: it opens only under the same one. Throws `keystore_locked`. */
  seal(plain: string, context: string): Promise<string>;
  /** Throws `keystore_locked` without a master key or when it is another one. */
  open(sealed: string, context: string): Promise<string>;
}

export interface SecretsInput {
  readonly masterKey?: Bytes;
  /** Root of the derived secrets (not of the keystore) when there is no master key. */
  readonly adminKey?: string;
}

export function createSecrets(input: SecretsInput): Secrets {
  const { masterKey, adminKey } = input;
  // Without either nothing outlives the process anyway: open mode has no cookies, locked mode nothing.
  const root = masterKey ?? (adminKey ? encoder.encode(adminKey) : randomBytes(32));
  const derive = (label: SecretLabel) => hkdf(root, label);
  let sealing: Promise<CryptoKey> | undefined;
  const sealingKey = () => {
    if (!masterKey) throw locked("Set MUSTER_MASTER_KEY to store keys on a remote store");
    return sealing ??= derive("keystore").then((bytes) =>
      crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"])
    );
  };
  return {
    canSeal: masterKey !== undefined,
    derive,
    async seal(plain, context) {
      const key = await sealingKey();
      const iv = randomBytes(12);
      const data = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv, additionalData: encoder.encode(context) },
        key,
        encoder.encode(plain),
      );
      return `v1.${toBase64Url(iv)}.${toBase64Url(new Uint8Array(data))}`;
    },
    async open(sealed, context) {
      const key = await sealingKey();
      const [version, iv, data] = sealed.split(".");
      if (version !== "v1" || !iv || !data) throw locked("The stored secret has an unknown form");
      try {
        const plain = await crypto.subtle.decrypt(
          {
            name: "AES-GCM",
            iv: fromBase64Url(iv),
            additionalData: encoder.encode(context),
          },
          key,
          fromBase64Url(data),
        );
        return new TextDecoder().decode(plain);
      } catch (cause) {
        throw locked("The stored secret was sealed with another master key", cause);
      }
    },
  };
}

/**
 * The master key: given, else for a file store the 32 bytes of `<path>.key` (made on first use, mode
 * 0600), else for `:memory:` random, else none. Call it while the store's lock is held.
 */
export async function loadMasterKey(
  given: Bytes | undefined,
  kv: string | undefined,
): Promise<Bytes | undefined> {
  if (given) return given;
  if (kv === undefined || /^https?:/.test(kv)) return undefined;
  if (kv === ":memory:") return randomBytes(32);
  const path = `${kv}.key`;
  try {
    return decodeKey((await Deno.readTextFile(path)).trim());
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw new AppError("unavailable", {
        detail: `The master key in "${path}" cannot be read: ${(error as Error).message}`,
        cause: error,
      });
    }
  }
  const key = randomBytes(32);
  // A rename, so that a crash never leaves half a key behind.
  await Deno.writeTextFile(`${path}.new`, `${toBase64Url(key)}\n`, { mode: 0o600 });
  await Deno.rename(`${path}.new`, path);
  return key;
}

/** 32 bytes from base64, base64url or hex; throws with what it must be. */
export function decodeKey(text: string): Bytes {
  let bytes: Bytes | undefined;
  try {
    bytes = /^[0-9a-f]{64}$/i.test(text)
      ? Uint8Array.from(text.match(/../g)!, (pair) => parseInt(pair, 16))
      : fromBase64Url(text);
  } catch {
    bytes = undefined;
  }
  if (bytes?.length === 32) return bytes;
  throw new Error("must be 32 bytes as base64 or hex, for example from `openssl rand -base64 32`");
}

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** URL-safe random text with `bytes` bytes of entropy. */
export function randomToken(bytes = 32): string {
  return toBase64Url(randomBytes(bytes));
}

/** HMAC-SHA-256, base64url. */
export async function sign(secret: Bytes, text: string): Promise<string> {
  const key = await hmacKey(secret, "sign");
  return toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text))));
}

export async function verify(secret: Bytes, text: string, signature: string): Promise<boolean> {
  let bytes: Bytes;
  try {
    bytes = fromBase64Url(signature);
  } catch {
    return false;
  }
  return crypto.subtle.verify("HMAC", await hmacKey(secret, "verify"), bytes, encoder.encode(text));
}

/** Compares digests, so neither content nor length shows in the time it takes. */
export async function equalSecret(a: string, b: string): Promise<boolean> {
  const [x, y] = await Promise.all([digest(a), digest(b)]);
  let difference = 0;
  for (let i = 0; i < x.length; i++) difference |= x[i]! ^ y[i]!;
  return difference === 0;
}

export function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Takes base64 as well; throws on anything else. */
export function fromBase64Url(text: string): Bytes {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

async function hkdf(root: Bytes, label: SecretLabel): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", root, "HKDF", false, ["deriveBits"]);
  const info = encoder.encode(`muster/${label}/v1`);
  const bits = await crypto.subtle.deriveBits(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info },
    key,
    256,
  );
  return new Uint8Array(bits);
}

function hmacKey(secret: Bytes, usage: "sign" | "verify"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, [usage]);
}

function locked(detail: string, cause?: unknown): AppError {
  return new AppError("keystore_locked", { detail, cause });
}
