/**
 * Takes and releases locks over HTTP on a number of connections, as fast as they are answered: a process of
 * its own that writes requests made before and reads answers by their length, so that it costs little.
 * `deno run -A lock_client.ts <port> <connections> <cycles of each> <distinct | one>`; prints one line of JSON.
 */
export interface LockLoad {
  readonly perSecond: number;
  /** Of acquires, ms. */
  readonly acquireMs: readonly number[];
  /** Answers that were not 2xx. */
  readonly refused: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const HEAD = "Host: 127.0.0.1\r\nContent-Type: application/json\r\n";

class Connection {
  readonly #conn: Deno.Conn;
  readonly #buffer = new Uint8Array(16_384);
  refused = 0;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  async ask(request: Uint8Array): Promise<void> {
    await this.#conn.write(request);
    let filled = 0;
    for (;;) {
      const read = await this.#conn.read(this.#buffer.subarray(filled));
      if (read === null) throw new Error("The server closed the connection");
      filled += read;
      const text = decoder.decode(this.#buffer.subarray(0, filled));
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) continue;
      const length = /content-length: (\d+)/i.exec(text);
      if (!length) throw new Error(`No length: ${text.slice(0, 200)}`);
      if (filled < end + 4 + Number(length[1])) continue;
      if (text[9] !== "2") this.refused++;
      return;
    }
  }

  close(): void {
    this.#conn.close();
  }
}

function requests(n: number, cycle: number, mode: string): [Uint8Array, Uint8Array] {
  const path = mode === "one" ? "hot" : `src/${n}/file-${cycle % 50}.ts`;
  const agent = `agent-${n}`;
  const body = JSON.stringify({ path, agentId: agent, reason: "bench", ttlMs: 600_000 });
  const query = mode === "one" ? "?waitMs=20000" : "";
  const post =
    `POST /api/v1/locks${query} HTTP/1.1\r\n${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`;
  const at = encodeURIComponent(path);
  const remove = `DELETE /api/v1/locks/${at}?agentId=${agent} HTTP/1.1\r\n${HEAD}\r\n`;
  return [encoder.encode(post), encoder.encode(remove)];
}

async function load(
  port: number,
  connections: number,
  cycles: number,
  mode: string,
): Promise<LockLoad> {
  const acquireMs: number[] = [];
  const open = await Promise.all(
    Array.from({ length: connections }, async () => {
      return new Connection(await Deno.connect({ hostname: "127.0.0.1", port }));
    }),
  );
  const from = performance.now();
  await Promise.all(open.map(async (connection, n) => {
    for (let cycle = 0; cycle < cycles; cycle++) {
      const [post, remove] = requests(n, cycle, mode);
      const asked = performance.now();
      await connection.ask(post);
      acquireMs.push(performance.now() - asked);
      await connection.ask(remove);
    }
  }));
  const perSecond = connections * cycles / (performance.now() - from) * 1_000;
  const refused = open.reduce((sum, connection) => sum + connection.refused, 0);
  for (const connection of open) connection.close();
  return { perSecond, acquireMs, refused };
}

if (import.meta.main) {
  const [port, connections, cycles, mode] = Deno.args;
  const done = await load(Number(port), Number(connections), Number(cycles), mode!);
  console.log(JSON.stringify(done));
}
