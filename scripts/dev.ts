/**
 * `deno task dev`: builds what the browser loads, starts the server, rebuilds and restarts on changes.
 * The server is a child process, so that a restart is what it is in production: a clean end and a start.
 */
import { build, watchAssets } from "./build.ts";

const SERVER_FLAGS = [
  "--no-prompt",
  "--allow-net",
  "--allow-env",
  "--allow-read",
  "--allow-write",
];
const WATCHED = ["main.ts", "deno.json", "lib", "routes", "islands"];
const SETTLE_MS = 120;
const STOP_MS = 6_000;

const root = new URL("../", import.meta.url);
const path = (name: string) => decodeURIComponent(new URL(name, root).pathname);

function startServer(): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", ...SERVER_FLAGS, path("main.ts")],
    cwd: path("."),
    env: { MUSTER_DEV: "true" },
    stdin: "null",
  }).spawn();
}

async function stopServer(child: Deno.ChildProcess): Promise<void> {
  const timer = setTimeout(() => tryKill(child, "SIGKILL"), STOP_MS);
  tryKill(child, "SIGTERM");
  await child.status;
  clearTimeout(timer);
}

function tryKill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended already.
  }
}

/** Server code only: what the page loads is rebuilt without a restart, and `.env` is read at the start. */
function needsRestart(changed: string): boolean {
  return /\.(tsx?|json|env)$|\.env$/.test(changed) && !/_test\.tsx?$/.test(changed);
}

async function watchServer(restart: () => Promise<void>, signal: AbortSignal): Promise<void> {
  const watcher = Deno.watchFs([...WATCHED.map(path), path(".")], { recursive: false });
  const deep = Deno.watchFs(WATCHED.filter((name) => !name.includes(".")).map(path));
  signal.addEventListener("abort", () => [watcher, deep].forEach((w) => w.close()), { once: true });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = Promise.resolve();
  const follow = async (events: Deno.FsWatcher) => {
    for await (const event of events) {
      if (event.kind === "access" || !event.paths.some(needsRestart)) continue;
      clearTimeout(timer);
      timer = setTimeout(() => running = running.then(restart), SETTLE_MS);
    }
  };
  await Promise.all([follow(watcher), follow(deep)]);
}

async function main(): Promise<void> {
  const stop = new AbortController();
  await build({ quick: true });
  let server = startServer();
  const onSignal = () => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, onSignal);
  watchAssets({
    quick: true,
    signal: stop.signal,
    onBuilt: () => console.log("Rebuilt what the page loads"),
    onError: (error) => console.error(error instanceof Error ? error.message : error),
  });
  watchServer(async () => {
    if (stop.signal.aborted) return;
    console.log("Restarting");
    await stopServer(server);
    server = startServer();
  }, stop.signal);
  await new Promise((resolve) => stop.signal.addEventListener("abort", resolve, { once: true }));
  await stopServer(server);
  Deno.exit(0);
}

if (import.meta.main) await main();
