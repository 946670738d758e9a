/**
 * The admin key and the browser session it opens. A session is a signed value in an HttpOnly cookie:
 * `<expiry seconds>.<random>.<signature>`; nothing is stored, so a session ends by its time, by signing
 * out in that browser, or for everybody by changing the admin key, which the signature covers.
 */
import type { Clock } from "../kernel/core/clock.ts";
import { equalSecret, randomToken, type Secrets, sign, verify } from "../kernel/platform/crypto.ts";

export const SESSION_SECONDS = 7 * 24 * 3600;

/** Wrong keys one address may try in a minute; then it waits. */
const TRIES_PER_MINUTE = 20;
const MINUTE_MS = 60_000;
const ADDRESSES_MAX = 10_000;

export interface SignIn {
  /** Whether this is the admin key; takes the same time for every wrong one. */
  isAdminKey(key: string): Promise<boolean>;
  /** Value of a new session's cookie. */
  openSession(): Promise<string>;
  isSession(cookie: string): Promise<boolean>;
  /** Ms this address has to wait before it may try again; 0 when it may. */
  waitMs(address: string): number;
  noteFailure(address: string): void;
}

export interface SignInInput {
  readonly adminKey: string | undefined;
  readonly secrets: Secrets;
  readonly clock: Pick<Clock, "now">;
}

export function createSignIn({ adminKey, secrets, clock }: SignInInput): SignIn {
  const failures = new Map<string, { count: number; until: number }>();
  const signed = async (payload: string) => ({
    secret: await secrets.derive("cookie"),
    text: `${payload}.${adminKey ?? ""}`,
  });
  return {
    isAdminKey: async (key) => adminKey !== undefined && await equalSecret(key, adminKey),
    async openSession() {
      const expiry = Math.floor(clock.now() / 1000) + SESSION_SECONDS;
      const payload = `${expiry}.${randomToken(12)}`;
      const { secret, text } = await signed(payload);
      return `${payload}.${await sign(secret, text)}`;
    },
    async isSession(cookie) {
      const match = cookie.match(/^((\d{1,12})\.[\w-]{16})\.([\w-]{43})$/);
      if (!match || Number(match[2]) * 1000 <= clock.now()) return false;
      const { secret, text } = await signed(match[1]!);
      return verify(secret, text, match[3]!);
    },
    waitMs(address) {
      const seen = failures.get(address);
      const leftMs = seen ? seen.until - clock.now() : 0;
      return seen && seen.count >= TRIES_PER_MINUTE && leftMs > 0 ? leftMs : 0;
    },
    noteFailure(address) {
      const now = clock.now();
      const seen = failures.get(address);
      if (seen && seen.until > now) seen.count++;
      else {
        if (failures.size >= ADDRESSES_MAX) failures.clear();
        failures.set(address, { count: 1, until: now + MINUTE_MS });
      }
    },
  };
}
