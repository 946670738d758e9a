/** What a start says: the address, what is configured, or why there is no start. */
import type { App } from "../../lib/app.ts";
import type { ModelInfo } from "../../lib/agents/mod.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";

const ACCESS = {
  open: "open to this machine, no sign-in",
  closed: "closed: admin key or sign-in needed",
  locked: "locked: set MUSTER_ADMIN_KEY, until then only /health and /ready answer",
} as const;

/** Lines for whoever started the server. No secret is in them. */
export function startLines(app: App, origin: string): string[] {
  const { config } = app.ctx;
  const model = app.gateway.resolve();
  return [
    `Muster ${config.version} is at ${config.publicUrl ?? origin}`,
    `  access     ${ACCESS[config.access]}`,
    `  store      ${config.kv ?? "the database of this deployment"}`,
    `  model      ${model.id}${noteOn(model)}`,
    `  providers  ${providersOf(app).join(", ") || "none; set OPENAI_API_KEY or run Ollama"}`,
    `  keystore   ${app.secrets.canSeal ? "ready" : "locked: set MUSTER_MASTER_KEY"}`,
  ];
}

export function announce(app: App, address: Deno.NetAddr): void {
  const host = address.hostname.includes(":") ? `[${address.hostname}]` : address.hostname;
  const shown = host === "0.0.0.0" || host === "[::]" ? "localhost" : host;
  const text = startLines(app, `http://${shown}:${address.port}`).join("\n");
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** Runs a step of the start; a mistake of the operator is told in a sentence, not as a stack. */
export async function refuseToStart<T>(step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const lines = error.fields?.map((field) => `  ${field.path} ${field.message}`) ?? [];
    const text = ["Muster cannot start", ...(lines.length > 0 ? lines : [`  ${error.detail}`])];
    Deno.stderr.writeSync(new TextEncoder().encode(`${text.join("\n")}\n`));
    Deno.exit(1);
  }
}

function noteOn({ demonstration, priced }: ModelInfo): string {
  if (demonstration) return " (built-in demonstration)";
  return priced ? "" : " (price not known, counted as free)";
}

function providersOf(app: App): string[] {
  return [...new Set(app.gateway.list().filter((m) => !m.demonstration).map((m) => m.provider))];
}
