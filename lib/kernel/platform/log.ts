/** Structured logs: one line per entry, JSON for machines, short text for a terminal. */
import type { LogLevel } from "./config.ts";

export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose entries carry these fields too. */
  with(fields: LogFields): Logger;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: "json" | "pretty";
  readonly now: () => number;
  /** Values that never appear, wherever they stand. */
  readonly secrets?: readonly string[];
  /** Default: the console, which the runtime exports when telemetry is on. */
  readonly write?: (level: LogLevel, line: string) => void;
}

const RANK = { debug: 0, info: 1, warn: 2, error: 3 } as const;
const SECRET_NAME =
  /^(?:.*[_-])?(?:authorization|cookie|set-cookie|password|passphrase|secret|token|api_?key|admin_?key|master_?key)$/i;
const SECRET_TEXT =
  /\b(Bearer\s+)[\w.~+/=-]{8,}|\b(?:sk-|gsk_|mst_|ghp_|xox[bp]-)[\w-]{8,}|(:\/\/[^/\s:@]+:)[^@\s/]+(?=@)/g;
const REDACTED = "[redacted]";
const MAX_TEXT = 8_000;

export function createLogger(options: LoggerOptions, bound: LogFields = {}): Logger {
  const secrets = (options.secrets ?? []).filter((s) => s.length >= 4);
  const write = options.write ?? toConsole;
  const emit = (level: LogLevel, message: string, fields?: LogFields) => {
    if (RANK[level] < RANK[options.level]) return;
    const entry = redact({ ...bound, ...fields }, secrets, 0) as Record<string, unknown>;
    const text = redactText(message, secrets);
    const at = new Date(options.now()).toISOString();
    write(
      level,
      options.format === "json" ? json(at, level, text, entry) : pretty(at, level, text, entry),
    );
  };
  return {
    debug: (message, fields) => emit("debug", message, fields),
    info: (message, fields) => emit("info", message, fields),
    warn: (message, fields) => emit("warn", message, fields),
    error: (message, fields) => emit("error", message, fields),
    with: (fields) => createLogger(options, { ...bound, ...fields }),
  };
}

/** A logger that says nothing, for tests that are not about logs. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLogger,
};

function json(at: string, level: LogLevel, message: string, fields: LogFields): string {
  return JSON.stringify({ at, level, message, ...fields });
}

function pretty(at: string, level: LogLevel, message: string, fields: LogFields): string {
  const rest = Object.entries(fields).map(([k, v]) =>
    `${k}=${typeof v === "string" && !/\s/.test(v) ? v : JSON.stringify(v)}`
  );
  return [at.slice(11, 23), level.padEnd(5), message, ...rest].join(" ");
}

function toConsole(level: LogLevel, line: string): void {
  // deno-lint-ignore no-console
  console[level](line);
}

function redact(value: unknown, secrets: readonly string[], depth: number): unknown {
  if (typeof value === "string") return redactText(value, secrets);
  if (typeof value === "bigint") return value.toString();
  if (value === null || typeof value !== "object") return value;
  if (depth > 5) return "[deep]";
  if (value instanceof Error) return redactError(value, secrets, depth);
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.slice(0, 100).map((v) => redact(v, secrets, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET_NAME.test(key) && inner !== undefined && inner !== null
        ? REDACTED
        : redact(inner, secrets, depth + 1),
    ]),
  );
}

function redactError(error: Error, secrets: readonly string[], depth: number): unknown {
  return {
    name: error.name,
    message: redactText(error.message, secrets),
    stack: error.stack ? redactText(error.stack, secrets) : undefined,
    cause: error.cause === undefined ? undefined : redact(error.cause, secrets, depth + 1),
  };
}

function redactText(text: string, secrets: readonly string[]): string {
  let clean = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  for (const secret of secrets) clean = clean.replaceAll(secret, REDACTED);
  return clean.replace(
    SECRET_TEXT,
    (_m, bearer, userInfo) => `${bearer ?? userInfo ?? ""}${REDACTED}`,
  );
}
