/** `deno task muster`: speaks HTTP to a running server. */
import { parseArgs } from "node:util";
import { approve } from "./cli/approve.ts";
import { Client, type ClientOptions, CommandError } from "./cli/client.ts";
import { doctor } from "./cli/doctor.ts";
import { listRuns } from "./cli/list_runs.ts";
import { startRun } from "./cli/start_run.ts";
import { readEnvironment } from "../lib/kernel/platform/env.ts";

const HELP = `muster – talk to a running Muster server

  muster run "<intent>"     start a run and watch it until it ends
      --pattern <name>      full, parallel, workers, optimize or smart
      --mode <name>         auto, strict or dry-run
      --model <id>          instead of the default
      --session <id>        as a message of this session
      --budget <µ$>         hard limit in micro-dollars
      --detach              print the run and return at once
  muster runs               latest runs; --status <name>, --limit <n>, --search <text>
  muster approve            open approvals
  muster approve <id>       approve it; --reject, --value <json>, --reason <text>
  muster doctor             check configuration, server, store and models

  --url <url>               default: MUSTER_PUBLIC_URL, else http://HOST:PORT
  --key <key>               default: MUSTER_ADMIN_KEY
  --json                    machine-readable output
  --help                    this text
`;

const OPTIONS = {
  url: { type: "string" },
  key: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  pattern: { type: "string" },
  mode: { type: "string" },
  model: { type: "string" },
  session: { type: "string" },
  budget: { type: "string" },
  detach: { type: "boolean" },
  status: { type: "string" },
  limit: { type: "string" },
  search: { type: "string" },
  reject: { type: "boolean" },
  value: { type: "string" },
  reason: { type: "string" },
} as const;

export type Flags = { [K in keyof typeof OPTIONS]?: string | boolean | undefined };

/** What a command is given; it answers with the exit code. */
export interface Command {
  readonly client: Client;
  readonly words: readonly string[];
  readonly flag: (name: keyof Flags) => string | undefined;
  readonly on: (name: keyof Flags) => boolean;
  readonly env: Readonly<Record<string, string>>;
}

const COMMANDS: Readonly<Record<string, (command: Command) => Promise<number>>> = {
  run: startRun,
  runs: listRuns,
  approve,
  doctor,
};

export async function main(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: OPTIONS,
      allowPositionals: true,
    });
    const [name, ...words] = positionals;
    if (values.help || name === undefined || name === "help") {
      console.log(HELP);
      return name === undefined && !values.help ? 2 : 0;
    }
    const run = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!run) throw new CommandError(`There is no command "${name}"; see muster --help`, 2);
    const env = readEnvironment();
    const flags: Flags = values;
    return await run({
      client: new Client(clientOptions(flags, env)),
      words,
      flag: (flag) => typeof flags[flag] === "string" ? flags[flag] as string : undefined,
      on: (flag) => flags[flag] === true,
      env,
    });
  } catch (error) {
    const usage = error instanceof TypeError && "code" in error;
    if (!(error instanceof CommandError) && !usage) throw error;
    console.error(error.message);
    return error instanceof CommandError ? error.exitCode : 2;
  }
}

function clientOptions(flags: Flags, env: Readonly<Record<string, string>>): ClientOptions {
  const host = env.HOST && !["0.0.0.0", "::"].includes(env.HOST) ? env.HOST : "127.0.0.1";
  const local = `http://${host.includes(":") ? `[${host}]` : host}:${env.PORT || "8000"}`;
  const given = typeof flags.url === "string" ? flags.url : env.MUSTER_PUBLIC_URL || local;
  if (!/^https?:\/\//.test(given)) throw new CommandError(`"${given}" is not an http URL`, 2);
  const key = typeof flags.key === "string" ? flags.key : env.MUSTER_ADMIN_KEY;
  return { url: given.replace(/\/+$/, ""), key: key || undefined };
}

if (import.meta.main) Deno.exit(await main(Deno.args));
