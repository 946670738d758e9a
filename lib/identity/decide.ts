/** Pure rules about a request's origin. */
import { isLoopbackHost } from "../kernel/platform/config.ts";

export interface RequestFacts {
  readonly method: string;
  /** `Host` header. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site` header. */
  readonly fetchSite: string | undefined;
  /** Any of `Forwarded` and `X-Forwarded-*` is present. */
  readonly forwarded: boolean;
}

export type AccessDecision = { readonly kind: "allow" } | {
  readonly kind: "deny";
  /** Sentence case, no final period. */
  readonly reason: string;
};

const ALLOW: AccessDecision = { kind: "allow" };
const deny = (reason: string): AccessDecision => ({ kind: "deny", reason });

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Without a key only this machine may speak: a foreign `Host` is DNS rebinding, a foreign `Origin` another
 * site's page, a forwarding header a proxy that lets others in.
 */
export function decideOpenAccess(facts: RequestFacts): AccessDecision {
  if (!facts.host || !isLoopbackHost(hostName(facts.host))) {
    return deny(
      `Host "${
        facts.host ?? ""
      }" is not a loopback name; set MUSTER_ADMIN_KEY to serve other names`,
    );
  }
  if (facts.origin !== undefined && !isLoopbackOrigin(facts.origin)) {
    return deny(`Origin "${facts.origin}" is not on this machine`);
  }
  if (facts.forwarded) {
    return deny("The request came through a proxy; set MUSTER_ADMIN_KEY to serve one");
  }
  return ALLOW;
}

/** A cookie is sent by the browser alone, so what changes something must come from our own page. */
export function decideCsrf(facts: RequestFacts, ownOrigins: readonly string[]): AccessDecision {
  if (READS.has(facts.method)) return ALLOW;
  if (facts.origin !== undefined) {
    return ownOrigins.includes(facts.origin)
      ? ALLOW
      : deny(`Origin "${facts.origin}" is another site; sign in there with a key instead`);
  }
  return facts.fetchSite === "same-origin"
    ? ALLOW
    : deny("The request does not say that it comes from this site; send an Origin header");
}

export function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return /^https?:$/.test(url.protocol) && isLoopbackHost(url.hostname);
}

function hostName(host: string): string {
  return host.replace(/:\d*$/, "");
}
