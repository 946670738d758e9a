/** Configuration: every variable Muster reads, checked before anything starts. */
import { AppError, type FieldError } from "../core/errors.ts";
import { decodeKey } from "./crypto.ts";

export const VERSION = "0.1.0";

export type LogLevel = "debug" | "info" | "warn" | "error";

/**
 * `open`: loopback without a key, nobody signs in. `closed`: an admin key is set.
 * `locked`: reachable from elsewhere without one, so only health answers.
 */
export type AccessMode = "open" | "closed" | "locked";

export interface Config {
  readonly version: string;
  readonly port: number;
  readonly host: string;
  /** A file path, `:memory:` or a KV Connect URL; absent on Deno Deploy: its assigned database. */
  readonly kv?: string;
  readonly kvAccessToken?: string;
  readonly access: AccessMode;
  readonly adminKey?: string;
  readonly publicUrl?: string;
  /** 32 bytes. */
  readonly masterKey?: Uint8Array<ArrayBuffer>;
  readonly providers: {
    readonly openai: { readonly apiKey?: string; readonly baseUrl?: string };
    readonly groq: { readonly apiKey?: string; readonly baseUrl?: string };
    readonly workersAi: {
      readonly accountId?: string;
      readonly apiToken?: string;
      readonly baseUrl?: string;
    };
    readonly ollama: { readonly baseUrl?: string };
  };
  readonly defaultModel?: string;
  /** Jobs handled at once. */
  readonly workers: number;
  readonly orchestrationMode: "auto" | "event_driven" | "sequential";
  readonly logLevel: LogLevel;
  /** Set on Deno Deploy. */
  readonly deploy?: { readonly deploymentId?: string; readonly timeline?: string };
  /** Pages for those who work on Muster are served too. */
  readonly dev: boolean;
  /** The runtime exports telemetry. */
  readonly telemetry: boolean;
}

export interface Variable {
  readonly name: string;
  readonly about: string;
  readonly fallback?: string;
  readonly secret?: boolean;
}

/** What the README, `doctor` and the checks below speak about; `MUSTER_*` names not here stop the start. */
export const VARIABLES: readonly Variable[] = [
  { name: "PORT", about: "Port to listen on; 0 takes a free one", fallback: "8000" },
  { name: "HOST", about: "Address to listen on", fallback: "127.0.0.1" },
  {
    name: "MUSTER_KV",
    about: "Store: a file path, :memory: or a KV Connect URL",
    fallback: "./data/muster.kv",
  },
  { name: "DENO_KV_ACCESS_TOKEN", about: "Token of a KV Connect store", secret: true },
  {
    name: "MUSTER_ADMIN_KEY",
    about: "Key that closes the server; required off loopback",
    secret: true,
  },
  { name: "MUSTER_PUBLIC_URL", about: "Address the server is reached at from outside" },
  {
    name: "MUSTER_MASTER_KEY",
    about: "32 bytes, base64 or hex, that encrypt the keystore",
    secret: true,
  },
  { name: "OPENAI_API_KEY", about: "OpenAI, or any server speaking its protocol", secret: true },
  { name: "OPENAI_BASE_URL", about: "Base URL of that server" },
  { name: "GROQ_API_KEY", about: "Groq", secret: true },
  { name: "GROQ_BASE_URL", about: "Base URL in place of Groq's" },
  { name: "CLOUDFLARE_ACCOUNT_ID", about: "Workers AI account" },
  { name: "CLOUDFLARE_API_TOKEN", about: "Workers AI token", secret: true },
  { name: "WORKERS_AI_BASE_URL", about: "Base URL in place of Workers AI's" },
  { name: "OLLAMA_BASE_URL", about: "Ollama; looked for on its local port when unset" },
  {
    name: "MUSTER_DEFAULT_MODEL",
    about: "Model used when none is asked for; muster/offline disables detection",
  },
  { name: "MUSTER_WORKERS", about: "Jobs handled at once, 1 to 256", fallback: "16" },
  {
    name: "ORCHESTRATION_MODE",
    about: "event_driven or sequential; chosen when unset",
    fallback: "auto",
  },
  { name: "MUSTER_DEV", about: "true also serves /ui, the components; set by deno task dev" },
  { name: "LOG_LEVEL", about: "debug, info, warn or error", fallback: "info" },
  { name: "OTEL_DENO", about: "true exports telemetry; read by Deno itself, so not from .env" },
];

/** Reads every value or throws `invalid_input` naming all that are wrong. */
export function readConfig(env: Readonly<Record<string, string>>): Config {
  const problems: FieldError[] = unknownNames(env);
  const value = (name: string) => env[name]?.trim() || undefined;
  const read = <T>(name: string, parse: (text: string) => T, fallback: T): T => {
    const text = value(name);
    if (text === undefined) return fallback;
    try {
      return parse(text);
    } catch (error) {
      problems.push({ path: name, message: (error as Error).message });
      return fallback;
    }
  };
  const optional = <T>(name: string, parse: (text: string) => T): T | undefined =>
    read<T | undefined>(name, parse, undefined);

  const deployed = isOn(value("DENO_DEPLOY")) || value("DENO_DEPLOYMENT_ID") !== undefined;
  const host = read("HOST", hostName, deployed ? "0.0.0.0" : "127.0.0.1");
  const adminKey = optional("MUSTER_ADMIN_KEY", headerText);
  const config: Config = {
    version: VERSION,
    port: read("PORT", integer(0, 65_535), 8000),
    host,
    kv: optional("MUSTER_KV", store) ?? (deployed ? undefined : "./data/muster.kv"),
    kvAccessToken: value("DENO_KV_ACCESS_TOKEN"),
    access: adminKey ? "closed" : !deployed && isLoopbackHost(host) ? "open" : "locked",
    adminKey,
    publicUrl: optional("MUSTER_PUBLIC_URL", webUrl),
    masterKey: optional("MUSTER_MASTER_KEY", decodeKey),
    providers: {
      openai: { apiKey: value("OPENAI_API_KEY"), baseUrl: optional("OPENAI_BASE_URL", webUrl) },
      groq: { apiKey: value("GROQ_API_KEY"), baseUrl: optional("GROQ_BASE_URL", webUrl) },
      workersAi: {
        accountId: value("CLOUDFLARE_ACCOUNT_ID"),
        apiToken: value("CLOUDFLARE_API_TOKEN"),
        baseUrl: optional("WORKERS_AI_BASE_URL", webUrl),
      },
      ollama: { baseUrl: optional("OLLAMA_BASE_URL", webUrl) },
    },
    defaultModel: optional("MUSTER_DEFAULT_MODEL", modelName),
    workers: read("MUSTER_WORKERS", integer(1, 256), 16),
    orchestrationMode: read(
      "ORCHESTRATION_MODE",
      oneOf("auto", "event_driven", "sequential"),
      "auto",
    ),
    logLevel: read("LOG_LEVEL", oneOf("debug", "info", "warn", "error"), "info"),
    deploy: deployed
      ? { deploymentId: value("DENO_DEPLOYMENT_ID"), timeline: value("DENO_TIMELINE") }
      : undefined,
    dev: isOn(value("MUSTER_DEV")),
    telemetry: isOn(value("OTEL_DENO")),
  };
  if (problems.length === 0) return config;
  throw new AppError("invalid_input", {
    detail: `The configuration is wrong: ${
      problems.map((p) => `${p.path} ${p.message}`).join("; ")
    }`,
    fields: problems,
  });
}

/** Every secret the configuration holds, for the log to leave out. */
export function configSecrets(config: Config): string[] {
  const { openai, groq, workersAi } = config.providers;
  const secrets = [
    config.adminKey,
    config.kvAccessToken,
    openai.apiKey,
    groq.apiKey,
    workersAi.apiToken,
  ];
  return secrets.filter((s): s is string => s !== undefined);
}

/** Loopback names and addresses, with or without brackets. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" ||
    /^127(?:\.\d{1,3}){3}$/.test(name);
}

function unknownNames(env: Readonly<Record<string, string>>): FieldError[] {
  const known = new Set(VARIABLES.map((v) => v.name));
  return Object.keys(env)
    .filter((name) => name.startsWith("MUSTER_") && !known.has(name))
    .sort()
    .map((name) => ({ path: name, message: "is not a variable Muster knows" }));
}

/** As Deno reads its own switches. */
const isOn = (text: string | undefined) => text === "true" || text === "1";

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (/^\d+$/.test(text) && n >= min && n <= max) return n;
    throw new Error(`must be a whole number from ${min} to ${max}, not "${text}"`);
  };
}

function oneOf<T extends string>(...allowed: readonly T[]): (text: string) => T {
  return (text) => {
    const found = allowed.find((a) => a === text.toLowerCase());
    if (found) return found;
    throw new Error(`must be one of ${allowed.join(", ")}, not "${text}"`);
  };
}

function webUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) {
    return text.replace(/\/+$/, "");
  }
  throw new Error("must be an http or https URL without a user name in it");
}

function store(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  const url = webUrl(text);
  return url;
}

function hostName(text: string): string {
  if (/^[A-Za-z0-9.:_-]+$|^\[[0-9A-Fa-f:.]+\]$/.test(text)) return text.replace(/^\[|\]$/g, "");
  throw new Error(`must be a host name or address, not "${text}"`);
}

function modelName(text: string): string {
  if (/^[\w@./:-]{1,200}$/.test(text)) return text;
  throw new Error(`must be a model id such as muster/offline, not "${text}"`);
}

function headerText(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new Error("must be printable ASCII without spaces, so that it fits a header");
}
