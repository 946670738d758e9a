/**
 * The world outside: counts what arrives, durably, in another process than the one that is killed. It does
 * not deduplicate, so a call made twice is seen twice.
 */
import { LONG, type Received } from "./protocol.ts";

export class Receiver implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly #file: Deno.FsFile;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(path: string) {
    this.#file = Deno.openSync(path, { create: true, append: true });
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#take(request),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  count(kind: Received["kind"]): Map<string, number> {
    const counts = new Map<string, number>();
    for (const item of this.received) {
      if (item.kind === kind) counts.set(item.key, (counts.get(item.key) ?? 0) + 1);
    }
    return counts;
  }

  async #take(request: Request): Promise<Response> {
    const { kind, name, key } = await request.json() as Omit<Received, "at">;
    const item: Received = { kind, name, key, at: Date.now() };
    this.#file.writeSync(new TextEncoder().encode(JSON.stringify(item) + "\n"));
    this.#file.syncDataSync();
    this.received.push(item);
    if (name === "slow") await new Promise((resolve) => setTimeout(resolve, LONG.delayMs));
    return Response.json({ receipt: `${name}-${this.received.length}` });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    this.#file.close();
  }
}
