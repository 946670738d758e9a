/**
 * Secrets of known shapes. A pattern may begin only where a word does, and ends in the one repetition that decides
 * it, so each place of a text is looked at a bounded number of times.
 */
import type { Span } from "./digit_runs.ts";

const SHAPES = [
  // OpenAI and those that followed, Anthropic, OpenRouter, DeepSeek
  "sk-[A-Za-z0-9_-]{20,}",
  // Stripe
  "(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{20,}",
  // Groq, Perplexity, xAI, Replicate, Hugging Face, Cerebras, NVIDIA, Fireworks
  "(?:gsk_|pplx-|xai-|r8_|hf_|csk-|nvapi-|fw_)[A-Za-z0-9_-]{20,}",
  // GitHub, GitLab
  "gh[pousr]_[A-Za-z0-9]{30,}",
  "github_pat_[A-Za-z0-9_]{30,}",
  "gl(?:pat|ptt|dt|rt|cbt)-[A-Za-z0-9_-]{20,}",
  // AWS, Google
  "(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}(?![A-Za-z0-9])",
  "AIza[A-Za-z0-9_-]{35}",
  "ya29\\.[A-Za-z0-9_-]{20,}",
  "GOCSPX-[A-Za-z0-9_-]{20,}",
  // Slack, Discord, Telegram
  "xox[abeoprs]-[A-Za-z0-9-]{10,}",
  "xapp-[A-Za-z0-9-]{20,}",
  "[MNO][A-Za-z0-9_-]{23,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,38}",
  "\\d{8,10}:AA[A-Za-z0-9_-]{33}",
  // SendGrid, Mailgun, Twilio, Shopify, DigitalOcean, npm, PyPI, Databricks, Linear, Notion, Vault, Muster
  "SG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{16,64}",
  "key-[0-9a-f]{32}(?![A-Za-z0-9])",
  "(?:AC|SK)[0-9a-f]{32}(?![A-Za-z0-9])",
  "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",
  "do[opr]_v1_[0-9a-f]{40,}",
  "npm_[A-Za-z0-9]{30,}",
  "pypi-[A-Za-z0-9_-]{40,}",
  "dapi[0-9a-f]{32}",
  "lin_(?:api|oauth)_[A-Za-z0-9]{30,}",
  "(?:secret|ntn)_[A-Za-z0-9]{36,}",
  "hv[sb]\\.[A-Za-z0-9_-]{24,}",
  "mst_[A-Za-z0-9_-]{20,}",
  // JSON Web Tokens, age
  "eyJ[A-Za-z0-9_-]{10,2000}\\.eyJ[A-Za-z0-9_-]{10,4000}\\.[A-Za-z0-9_-]{10,}",
  "AGE-SECRET-KEY-1[A-Z0-9]{50,}",
];

/** A value that is called a secret where it is set, whatever its shape. */
const ASSIGNED =
  /(?:secret|token|password|passwd|api[_-]?key|access[_-]?key)(?:[_-][A-Za-z0-9]{1,20}){0,2}["']?\s{0,3}[:=]\s{0,3}["']?([A-Za-z0-9+/=_.~-]{20,200})(?![A-Za-z0-9+/=_.~-])/gi;
const SHAPE = new RegExp(`(?<![A-Za-z0-9_-])(?:${SHAPES.join("|")})`, "g");
const PEM = /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const PEM_END = /-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/;
const PEM_MAX = 16_384;

export function findApiKeys(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: key, index } of text.matchAll(SHAPE)) {
    if (isSecret(key)) spans.push({ kind: "key", start: index, end: index + key.length });
  }
  for (const found of text.matchAll(ASSIGNED)) {
    const value = found[1]!;
    const end = found.index + found[0].length;
    if (isRandom(value)) spans.push({ kind: "key", start: end - value.length, end });
  }
  return text.includes("-----BEGIN ") ? [...spans, ...findPem(text)] : spans;
}

/** Words in a row (`sk-learn-compatible-estimators`) and rows of one character are names and samples, not secrets. */
function isSecret(key: string): boolean {
  const body = key.slice(3);
  return /\d/.test(body) && new Set(body).size > 6;
}

/** Letters of both cases and digits mixed, as generators do and names do not. */
function isRandom(value: string): boolean {
  return /\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) && new Set(value).size > 12;
}

/** A private key with its lines; without its end, what there is of it. */
function findPem(text: string): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const { 0: head, index } of text.matchAll(PEM)) {
    if (index < from) continue;
    const rest = text.slice(index + head.length, index + PEM_MAX);
    const end = PEM_END.exec(rest);
    from = index + head.length + (end ? end.index + end[0].length : rest.length);
    spans.push({ kind: "key", start: index, end: from });
  }
  return spans;
}
