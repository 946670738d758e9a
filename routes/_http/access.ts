/**
 * Who may speak. Open (loopback, no key): this machine only. Closed: a bearer key or the signed cookie.
 * Locked (reachable, no key): nobody, until MUSTER_ADMIN_KEY is set. An API key is looked at wherever it
 * is sent, so that one bound to an agent holds on a laptop too. What a caller may do: rights.ts.
 */
import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { App } from "../../lib/app.ts";
import {
  type AccessDecision,
  decideCsrf,
  decideOpenAccess,
  isApiKeyText,
  type RequestFacts,
  SESSION_SECONDS,
} from "../../lib/identity/mod.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { isPublicAddress } from "../../lib/kernel/platform/address.ts";
import { type Caller, type Env, workspaceOf } from "./env.ts";
import { wantsPage } from "./errors.ts";

/** Answered whoever asks: nothing secret is in them, or they check for themselves. */
const PROBES = new Set(["/health", "/ready"]);
const PUBLIC = /^\/(?:sign-in$|client\.(?:js|d\.ts)$|static\/|favicon\.ico$|internal\/drain$)/;

const COOKIE = "muster_session";
/** The browser accepts this name only over TLS, for the whole host, from this host. */
const SECURE_COOKIE = `__Host-${COOKIE}`;

const LOCAL: Caller = { id: "user:local", via: "open", role: "admin" };

type GuardApp = Pick<App, "ctx" | "signIn" | "apiKeys">;

export function access(app: GuardApp): MiddlewareHandler<Env> {
  const { config } = app.ctx;
  return async (c, next) => {
    const facts = factsOf(c);
    const path = c.req.path;
    if (config.access === "open") {
      require(decideOpenAccess(facts));
      allowOrigin(c, facts.origin);
      if (isPreflight(c, facts)) return c.body(null, 204);
      const key = offeredKey(c);
      const named = key !== undefined && isApiKeyText(key)
        ? await requireCaller(app, c, key)
        : LOCAL;
      c.set("caller", named);
    } else if (config.access === "locked") {
      if (!PROBES.has(path)) {
        throw new AppError("admin_key_required", {
          detail:
            "This server can be reached from elsewhere; set MUSTER_ADMIN_KEY and start it again",
        });
      }
    } else {
      if (offersKey(c) || isPreflight(c, facts)) allowOrigin(c, "*");
      if (isPreflight(c, facts)) return c.body(null, 204);
      const caller = await identify(app, c, facts);
      c.set("caller", caller);
      if (!caller && !PROBES.has(path) && !PUBLIC.test(path)) return refuse(c);
    }
    await next();
  };
}

/** Signs this browser in; the caller has checked the key. */
export async function startSession(app: GuardApp, c: Context<Env>): Promise<void> {
  const secure = isSecure(app, c);
  setCookie(c, secure ? SECURE_COOKIE : COOKIE, await app.signIn.openSession(), {
    httpOnly: true,
    secure,
    sameSite: "Lax",
    path: "/",
    maxAge: SESSION_SECONDS,
  });
}

export function endSession(c: Context<Env>): void {
  deleteCookie(c, COOKIE, { path: "/" });
  if (getCookie(c, SECURE_COOKIE)) deleteCookie(c, SECURE_COOKIE, { path: "/", secure: true });
}

/** Throws `forbidden` for a form that another site posts. */
export function requireOwnOrigin(app: GuardApp, c: Context<Env>): void {
  const facts = factsOf(c);
  if (facts.origin !== undefined) require(decideCsrf(facts, ownOrigins(app, facts)));
}

/** Checks a key someone offers; throws `rate_limited` after too many wrong ones from an address. */
export async function isAdminKey(app: GuardApp, c: Context<Env>, key: string): Promise<boolean> {
  return await tryKey(app, c, () => app.signIn.isAdminKey(key));
}

/** Counts what is not right against the caller's address; asks nothing while it has to wait. */
async function tryKey<T>(
  app: GuardApp,
  c: Context<Env>,
  check: () => Promise<T>,
): Promise<T> {
  const address = callerAddress(c);
  const waitMs = app.signIn.waitMs(address);
  if (waitMs > 0) {
    throw new AppError("rate_limited", {
      detail: `Too many wrong keys; try again in ${Math.ceil(waitMs / 1000)} s`,
      retryAfterMs: waitMs,
    });
  }
  const found = await check();
  if (!found) app.signIn.noteFailure(address);
  return found;
}

/**
 * Whom to count wrong keys against. Behind a proxy everybody has its address, so what it appended to
 * X-Forwarded-For is taken; a caller from the internet could write anything there and is not believed.
 */
function callerAddress(c: Context<Env>): string {
  const remote = c.env.remoteAddr?.transport === "tcp" ? c.env.remoteAddr.hostname : "";
  const forwarded = c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim();
  return forwarded && !isPublicAddress(remote) ? forwarded : remote;
}

async function identify(
  app: GuardApp,
  c: Context<Env>,
  facts: RequestFacts,
): Promise<Caller | undefined> {
  if (offersKey(c)) return await requireCaller(app, c, offeredKey(c));
  const cookie = getCookie(c, SECURE_COOKIE) ?? getCookie(c, COOKIE);
  if (cookie === undefined || !(await app.signIn.isSession(cookie))) return undefined;
  require(decideCsrf(facts, ownOrigins(app, facts)));
  return { id: "user:admin", via: "cookie", role: "owner" };
}

/**
 * Who sent this key. Throws `unauthorized`, `rate_limited`. Nobody guesses an API key, so a right one does
 * not wait for another's wrong ones: the agents of one machine share an address.
 */
async function requireCaller(
  app: GuardApp,
  c: Context<Env>,
  key: string | undefined,
): Promise<Caller> {
  const caller = key === undefined ? null : await callerOfApiKey(app, workspaceOf(c), key) ??
    await tryKey(app, c, () => callerOfAdminKey(app, key));
  if (caller) return caller;
  throw new AppError("unauthorized", { detail: "The key in Authorization is not valid" });
}

async function callerOfAdminKey(app: GuardApp, key: string): Promise<Caller | null> {
  return await app.signIn.isAdminKey(key) ? { id: "key:admin", via: "key", role: "owner" } : null;
}

async function callerOfApiKey(
  app: GuardApp,
  workspaceId: string,
  key: string,
): Promise<Caller | null> {
  if (!isApiKeyText(key)) return null;
  const found = await app.apiKeys.identify(workspaceId, key);
  return found && { id: `key:${found.id}`, via: "key", role: found.role, agentId: found.agentId };
}

const KEY_PROTOCOL = /(?:^|,)\s*bearer\.([\w.~-]+)\s*(?:,|$)/;

/** A browser cannot set Authorization on a WebSocket; it can offer the key as a subprotocol. */
function offeredKey(c: Context<Env>): string | undefined {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) return authorization.match(/^Bearer +(\S+) *$/i)?.[1];
  return isUpgrade(c)
    ? c.req.header("sec-websocket-protocol")?.match(KEY_PROTOCOL)?.[1]
    : undefined;
}

function offersKey(c: Context<Env>): boolean {
  return c.req.header("authorization") !== undefined || offeredKey(c) !== undefined;
}

function isUpgrade(c: Context<Env>): boolean {
  return c.req.header("upgrade")?.toLowerCase() === "websocket";
}

/** A browser opening a page is sent to the form, everything else is told what is missing. */
function refuse(c: Context<Env>): Response {
  if (wantsPage(c)) {
    const { pathname, search } = new URL(c.req.url);
    return c.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`, 303);
  }
  throw new AppError("unauthorized", {
    detail: "Send a key as `Authorization: Bearer <key>`, or sign in at /sign-in",
  });
}

function factsOf(c: Context<Env>): RequestFacts {
  const header = c.req.raw.headers;
  return {
    // What a browser's socket sends later has no Origin to look at, so opening it counts as a write.
    method: isUpgrade(c) ? "UPGRADE" : c.req.method,
    host: header.get("host") ?? undefined,
    origin: header.get("origin") ?? undefined,
    fetchSite: header.get("sec-fetch-site") ?? undefined,
    forwarded: [...header.keys()].some((n) => n === "forwarded" || n.startsWith("x-forwarded-")),
  };
}

function require(decision: AccessDecision): void {
  if (decision.kind === "deny") throw new AppError("forbidden", { detail: decision.reason });
}

/** Behind a proxy that ends TLS the scheme is not known, the host is. */
function ownOrigins(app: GuardApp, facts: RequestFacts): string[] {
  const { publicUrl } = app.ctx.config;
  const own = facts.host ? [`https://${facts.host}`, `http://${facts.host}`] : [];
  return publicUrl ? [...own, new URL(publicUrl).origin] : own;
}

function isSecure(app: GuardApp, c: Context<Env>): boolean {
  const { publicUrl, deploy } = app.ctx.config;
  return publicUrl?.startsWith("https:") || deploy !== undefined ||
    c.req.url.startsWith("https:") || c.req.header("x-forwarded-proto") === "https";
}

function isPreflight(c: Context<Env>, facts: RequestFacts): boolean {
  return facts.method === "OPTIONS" && facts.origin !== undefined &&
    c.req.header("access-control-request-method") !== undefined;
}

const EXPOSED =
  "ETag, Location, Retry-After, X-Request-Id, X-Should-Retry, RateLimit, RateLimit-Policy, " +
  "X-Muster-Model, X-Muster-Provider, X-Muster-Route, X-Muster-Cost-Micros, X-Muster-Cache, " +
  "X-Muster-Call, X-Muster-Run";

const ALLOWED =
  "Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID, X-Agent-Id, X-Resource-Path, " +
  "Mcp-Protocol-Version, Mcp-Method, Mcp-Name, X-Muster-Timeout-Ms, X-Muster-Cache, X-Muster-Session, " +
  "X-Muster-Agent, X-Muster-Tier";

/** Also what was asked for: OpenAI's clients bring a dozen headers of their own. Nothing rests on a name. */
function allowedHeaders(c: Context<Env>): string {
  const asked = c.req.header("access-control-request-headers") ?? "";
  return /^[\w-]+(?: *, *[\w-]+)*$/.test(asked) ? `${ALLOWED}, ${asked}` : ALLOWED;
}

/** CORS without credentials: a cookie never works across origins. */
function allowOrigin(c: Context<Env>, origin: string | undefined): void {
  c.header("vary", "Origin", { append: true });
  if (origin === undefined) return;
  c.header("access-control-allow-origin", origin);
  c.header("access-control-expose-headers", EXPOSED);
  if (c.req.method !== "OPTIONS") return;
  c.header("access-control-allow-methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  c.header("access-control-allow-headers", allowedHeaders(c));
  c.header("access-control-max-age", "600");
}
