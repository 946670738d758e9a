/**
 * Files for the browser: built ones by content-hashed name, kept for a year; the rest revalidated by
 * ETag. Only known kinds of files below static/ are ever read.
 */
import { Hono } from "hono";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { staticRoot } from "./assets.ts";

const kinds: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  ts: "application/typescript; charset=utf-8",
  svg: "image/svg+xml; charset=utf-8",
  png: "image/png",
  ico: "image/x-icon",
  webmanifest: "application/manifest+json; charset=utf-8",
};

/** Names of letters, digits, `.`, `_` and `-` that begin with no dot: no way up, none around. */
const safePath = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*\.(\w+)$/;

export function staticRoutes(): Hono {
  const routes = new Hono();
  routes.get("/favicon.ico", (c) => serveStatic(c.req.raw, "icons/muster.svg"));
  routes.get(
    "/static/*",
    (c) => serveStatic(c.req.raw, rawPath(c.req.url).slice("/static/".length)),
  );
  return routes;
}

/** The path as sent: a decoded `%2e%2e%2f` must not become a way up later. */
function rawPath(url: string): string {
  return new URL(url).pathname;
}

export async function serveStatic(
  request: Request,
  path: string,
  root: URL = staticRoot,
): Promise<Response> {
  const match = safePath.exec(path);
  const type = kinds[match?.[1] ?? ""];
  const found = type ? await readFile(root, path) : null;
  if (!type || !found) {
    throw new AppError("not_found", { detail: `No file at "/static/${path.slice(0, 200)}"` });
  }
  const built = path.startsWith("build/");
  const coded = await pickCoding(request, root, path, built);
  const etag = `"${found.digest}${coded ? `-${coded.coding}` : ""}"`;
  const headers = new Headers({
    "content-type": type,
    "cache-control": built
      ? "public, max-age=31536000, immutable"
      : "public, max-age=3600, stale-while-revalidate=86400",
    etag,
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
  });
  if (built) headers.set("vary", "accept-encoding");
  // An SVG opened by itself is a document: it runs nothing.
  if (type.startsWith("image/svg")) {
    headers.set("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'");
  }
  if (isFresh(request, etag)) return new Response(null, { status: 304, headers });
  const bytes = coded?.bytes ?? found.bytes;
  if (coded) headers.set("content-encoding", coded.coding);
  headers.set("content-length", String(bytes.length));
  return new Response(request.method === "HEAD" ? null : bytes as BufferSource, { headers });
}

function isFresh(request: Request, etag: string): boolean {
  const sent = request.headers.get("if-none-match");
  if (!sent) return false;
  return sent.split(",").some((part) =>
    part.trim().replace(/^W\//, "") === etag || part.trim() === "*"
  );
}

// --- reading ---

interface KeptFile {
  readonly modifiedAt: number;
  readonly bytes: Uint8Array;
  readonly digest: string;
}

/** A few dozen files; a changed one is read again. */
const keptFiles = new Map<string, KeptFile>();

async function readFile(root: URL, path: string): Promise<KeptFile | null> {
  const url = new URL(path, root);
  try {
    const info = await Deno.lstat(url);
    if (!info.isFile) return null;
    const modifiedAt = info.mtime?.getTime() ?? 0;
    const kept = keptFiles.get(url.href);
    if (kept?.modifiedAt === modifiedAt) return kept;
    const bytes = await Deno.readFile(url);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const file = {
      modifiedAt,
      bytes,
      digest: hash.toBase64({ alphabet: "base64url" }).slice(0, 16),
    };
    keptFiles.set(url.href, file);
    return file;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return null;
    }
    throw error;
  }
}

const codings = [["br", ".br"], ["gzip", ".gz"]] as const;

/** The build left compressed copies beside its files. */
async function pickCoding(
  request: Request,
  root: URL,
  path: string,
  built: boolean,
): Promise<{ coding: string; bytes: Uint8Array } | null> {
  if (!built) return null;
  const accepted = acceptedCodings(request.headers.get("accept-encoding") ?? "");
  for (const [coding, suffix] of codings) {
    if (!accepted.has(coding)) continue;
    const file = await readFile(root, path + suffix);
    if (file) return { coding, bytes: file.bytes };
  }
  return null;
}

function acceptedCodings(header: string): Set<string> {
  const accepted = new Set<string>();
  for (const part of header.split(",")) {
    const [name, ...parameters] = part.trim().toLowerCase().split(";");
    const refused = parameters.some((parameter) => /^\s*q=0(?:\.0*)?$/.test(parameter));
    if (name && !refused) accepted.add(name.trim());
  }
  return accepted;
}
