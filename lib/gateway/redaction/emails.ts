/**
 * E-mail addresses, found from each `@` outwards over bounded lengths (RFC 5321: 64 before, 253 behind), so that no
 * text costs more than its length.
 */
import type { Span } from "./digit_runs.ts";

const LOCAL = /[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;
const DOMAIN = /[\p{L}\p{M}\p{N}.-]/u;
const LOCAL_MAX = 64;
const DOMAIN_MAX = 253;
/** What follows the last dot in file names such as `logo@2x.png`, and is no top-level domain. */
const FILE_ENDING =
  /\.(?:png|jpe?g|gif|webp|avif|svg|ico|pdf|css|jsx?|mjs|tsx?|json|ya?ml|toml|xml|html?|txt|exe|dll|gz|woff2?)$/i;

export function findEmails(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const span = aroundAt(text, at);
    if (span) spans.push(span);
  }
  return spans;
}

function aroundAt(text: string, at: number): Span | null {
  let start = at;
  while (start > 0 && at - start < LOCAL_MAX && LOCAL.test(text[start - 1]!)) start--;
  // Quotes, brackets and list marks lean on addresses; none of them is the first character of one in practice.
  while (start < at && /[.!#$%&'*/=?^`{|}~-]/.test(text[start]!)) start++;
  // `mailto=a@b.c`, `user/a@b.c`: what stands before belongs to something else.
  const local = text.slice(start, at);
  start += Math.max(local.lastIndexOf("="), local.lastIndexOf("/"), local.lastIndexOf("|")) + 1;
  if (start === at || text[at - 1] === ".") return null;
  let end = at + 1;
  while (end < text.length && end - at <= DOMAIN_MAX && DOMAIN.test(text[end]!)) end++;
  while (end > at && /[.-]/.test(text[end - 1]!)) end--;
  const domain = text.slice(at + 1, end);
  if (!isDomain(domain) || isRemotePath(text, start, at, end)) return null;
  return { kind: "email", start, end };
}

function isDomain(domain: string): boolean {
  const labels = domain.split(".");
  const top = labels.at(-1)!;
  return labels.length > 1 && labels.every((label) => label !== "" && !/^-|-$/.test(label)) &&
    (/^\p{L}[\p{L}\p{M}]+$/u.test(top) || /^xn--/i.test(top)) && !FILE_ENDING.test(domain);
}

/** `git@github.com:owner/name`, `ssh://git@host.net/name`: how a program logs in, not a person's address. */
function isRemotePath(text: string, start: number, at: number, end: number): boolean {
  return /^:(?!\/\/)[\w~./-]*\//.test(text.slice(end, end + 64)) ||
    (text.slice(start, at) === "git" && /^[:/]/.test(text.slice(end, end + 1)));
}
