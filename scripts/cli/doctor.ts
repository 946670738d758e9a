/** `muster doctor`: what is configured, whether it is right, and what can be reached. */
import { AppError } from "../../lib/kernel/core/errors.ts";
import { type Config, readConfig, VARIABLES } from "../../lib/kernel/platform/config.ts";
import type { Command } from "../muster.ts";

export interface Finding {
  readonly what: string;
  readonly status: "ok" | "note" | "wrong";
  readonly text: string;
}

export async function doctor(command: Command): Promise<number> {
  const variables = VARIABLES.map(({ name, about, fallback, secret }) => {
    const value = command.env[name];
    const shown = value ? (secret ? "set" : value) : fallback ? `${fallback} (default)` : "not set";
    return { name, value: shown, about };
  });
  const findings = [...configuration(command.env), ...await server(command)];
  if (command.on("json")) console.log(JSON.stringify({ variables, findings }));
  else {
    for (const { name, value, about } of variables) {
      console.log(`${name.padEnd(22)} ${value.padEnd(28)} ${about}`);
    }
    console.log("");
    for (const { what, status, text } of findings) {
      console.log(`${status.padEnd(5)} ${what.padEnd(13)} ${text}`);
    }
  }
  return findings.some((finding) => finding.status === "wrong") ? 1 : 0;
}

function configuration(env: Readonly<Record<string, string>>): Finding[] {
  let config: Config;
  try {
    config = readConfig(env);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return (error.fields ?? []).map(({ path, message }) => ({
      what: "configuration",
      status: "wrong",
      text: `${path} ${message}`,
    }));
  }
  return [
    { what: "configuration", status: "ok", text: "every value can be read" },
    ...advice(config),
  ];
}

const SHORT_KEY = 24;

/** Right, but worth knowing. */
export function advice(config: Config): Finding[] {
  const notes: string[] = [];
  if (config.access === "locked") {
    notes.push("MUSTER_ADMIN_KEY is not set: off loopback nothing but /health answers");
  }
  if (config.adminKey && config.adminKey.length < SHORT_KEY) {
    notes.push(`MUSTER_ADMIN_KEY has fewer than ${SHORT_KEY} characters: it can be guessed`);
  }
  const remote = config.kv === undefined || /^https?:/.test(config.kv);
  if (remote && !config.masterKey) {
    notes.push("MUSTER_MASTER_KEY is not set: on a remote store keys cannot be kept");
  }
  if (config.deploy && !config.publicUrl) {
    notes.push("MUSTER_PUBLIC_URL is not set: runs stop when the last request has ended");
  }
  return notes.map((text) => ({ what: "configuration", status: "note", text }));
}

async function server({ client }: Command): Promise<Finding[]> {
  const findings: Finding[] = [];
  const check = async (what: string, path: string, tell: (answer: never) => string) => {
    try {
      findings.push({ what, status: "ok", text: tell(await client.get<never>(path)) });
    } catch (error) {
      findings.push({ what, status: "wrong", text: (error as Error).message });
    }
  };
  await check(
    "server",
    "/health",
    (h: { version: string; status: string; kv: string }) =>
      `${client.url}, version ${h.version}, ${h.status}, store ${h.kv}`,
  );
  if (findings[0]!.status === "wrong") return findings;
  await check("readiness", "/ready", () => "takes requests");
  await check(
    "models",
    "/api/v1/models",
    (m: { items: { id: string }[] }) =>
      `${m.items.length}: ${m.items.slice(0, 4).map((i) => i.id).join(", ")}`,
  );
  return findings;
}
