/**
 * One chat post to 500 agents, each on a WebSocket of its own: from the post to each arrival, beside a bare
 * Deno.serve that broadcasts what is posted. The agents are another process. Alone:
 * `deno run -A tests/bench/hub_socket_bench.ts`.
 */
import { testApp } from "../harness/test_app.ts";
import { type Figure, percentile, printFigures } from "./figure.ts";

const AGENTS = 500;
const POSTS = 200;
const WARM_UP = 20;
const QUIET_MS = 500;
const AGENT_ROLE = "--agents";

/** Ms since the epoch, finer than Date.now, comparable between processes of one machine. */
const now = () => performance.timeOrigin + performance.now();

interface Site extends AsyncDisposable {
  readonly url: string;
}

/** Nothing but the broadcast: the frame is made once and given to every socket. */
function bareSite(): Site {
  const sockets = new Set<WebSocket>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    if (request.headers.get("upgrade") === "websocket") {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onopen = () => sockets.add(socket);
      return response;
    }
    const payload = await request.json();
    const text = JSON.stringify({ type: "chat", payload, timestamp: new Date().toISOString() });
    for (const socket of sockets) socket.send(text);
    return Response.json({ success: true });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.close();
      await Promise.race([server.shutdown(), new Promise((end) => setTimeout(end, 500))]);
    },
  };
}

interface Latency {
  readonly p50: number;
  readonly p99: number;
}

async function latencyOf(site: Site): Promise<Latency> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", import.meta.filename!, AGENT_ROLE, site.url],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = readLines(child.stdout);
  await lines.next();
  const times: number[] = [];
  for (let n = 0; n < WARM_UP + POSTS; n++) {
    const response = await fetch(`${site.url}/coordinator/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ author: "agent-0", message: String(now()) }),
    });
    await response.body?.cancel();
    const { value } = await lines.next();
    if (n >= WARM_UP) times.push(...JSON.parse(value!) as number[]);
  }
  child.kill("SIGKILL");
  await Promise.all([child.status, lines.return(undefined)]);
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

async function* readLines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (text + part).split("\n");
    text = lines.pop()!;
    yield* lines;
  }
}

/** Holds the sockets; for each post prints how long it took to each of them. */
async function holdAgents(url: string): Promise<void> {
  let times: number[] = [];
  let heardAt = now();
  const open = async (n: number) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/coordinator?agentId=agent-${n}`);
    socket.onmessage = ({ data }) => {
      const at = heardAt = now();
      // Told apart without parsing: every agent hears of every other that comes.
      if (!data.startsWith('{"type":"chat"')) return;
      times.push(at - Number(JSON.parse(data).payload.message));
      if (times.length < AGENTS) return;
      console.log(JSON.stringify(times.map((ms) => Math.round(ms * 100) / 100)));
      times = [];
    };
    await new Promise((opened) => socket.onopen = opened);
  };
  for (let n = 0; n < AGENTS; n += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, i) => open(n + i)));
  }
  // What the last ones made everybody hear is through.
  const quiet = setInterval(() => {
    if (now() - heardAt < QUIET_MS) return;
    clearInterval(quiet);
    console.log("ready");
  }, 100);
}

async function socketFanOut(): Promise<Figure[]> {
  await using bare = bareSite();
  const floor = await latencyOf(bare);
  await using app = await testApp({ kv: "file" });
  const ours = await latencyOf(app);
  return [
    {
      name: `WebSocket fan-out of a chat post to ${AGENTS} agents, p99`,
      value: ours.p99,
      unit: "ms",
      floor: { name: "bare Deno.serve broadcast", value: floor.p99 },
      target: "≤ 50 ms",
      reached: ours.p99 <= 50,
    },
    {
      name: "of these, p50",
      value: ours.p50,
      unit: "ms",
      floor: { name: "bare Deno.serve broadcast", value: floor.p50 },
      target: "-",
      reached: true,
    },
  ];
}

export const HUB_SOCKET_BENCHES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  sockets: socketFanOut,
};

if (import.meta.main) {
  if (Deno.args[0] === AGENT_ROLE) await holdAgents(Deno.args[1]!);
  else {
    for (const bench of Object.values(HUB_SOCKET_BENCHES)) printFigures(await bench());
    Deno.exit(0);
  }
}
