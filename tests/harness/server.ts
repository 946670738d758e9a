/** The program as an operator starts it: a process of its own, told to stop by a signal. */

export interface ServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly kvPath: string;
}

export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Everything printed until it took requests. */
  readonly banner: string;
  kill(signal: Deno.Signal): void;
  readonly exit: Promise<Deno.CommandStatus>;
}

export interface FailedStart {
  readonly code: number;
  readonly stderr: string;
}

const MAIN = decodeURIComponent(new URL("../../main.ts", import.meta.url).pathname);
const ADDRESS = /http:\/\/[\w.[\]:]+:(\d+)/;

function spawn(options: ServerOptions): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", "--allow-env", "--allow-read", "--allow-write", MAIN],
    // Away from a developer's .env.
    cwd: Deno.makeTempDirSync({ prefix: "muster-cwd-" }),
    env: {
      MUSTER_DEFAULT_MODEL: "muster/offline",
      MUSTER_KV: options.kvPath,
      PORT: "0",
      NO_COLOR: "1",
      ...options.env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Waits for the address; fails with what was printed when the process ends before. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const child = spawn(options);
  const stderr = new Response(child.stderr).text();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let banner = "";
  while (!/keystore/.test(banner)) {
    const { done, value } = await output.read();
    if (done) throw new Error(`The server did not start: ${banner}${await stderr}`);
    banner += value;
  }
  const rest = drain(output);
  const stop = async () => {
    tryKill(child, "SIGKILL");
    await Promise.all([child.status, stderr, rest]);
  };
  return {
    url: `http://127.0.0.1:${ADDRESS.exec(banner)![1]}`,
    pid: child.pid,
    banner,
    kill: (signal) => tryKill(child, signal),
    exit: child.status,
    [Symbol.asyncDispose]: stop,
  };
}

/** For a start that must be refused. */
export async function refusedStart(options: ServerOptions): Promise<FailedStart> {
  const child = spawn(options);
  const { code, stderr } = await child.output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

async function drain(output: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await output.read()).done);
}

function tryKill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
