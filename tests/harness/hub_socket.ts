/** A WebSocket of the hub as an agent holds it: frames in order, waited for by type. */

export interface SocketFrame {
  readonly type: string;
  // deno-lint-ignore no-explicit-any -- whatever the server said
  readonly payload: any;
  readonly timestamp: string;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** As Deno takes it; the browser's types know no headers. */
const OpenSocket = WebSocket as unknown as new (url: string, options: object) => WebSocket;

export class HubSocket implements AsyncDisposable {
  readonly socket: WebSocket;
  readonly closed: Promise<Closed>;
  readonly frames: SocketFrame[] = [];
  #read = 0;
  #wake = Promise.withResolvers<void>();
  #end: Closed | null = null;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.frames.push(JSON.parse(data));
      this.#ring();
    });
    this.closed = new Promise((resolve) =>
      socket.addEventListener("close", ({ code, reason }) => {
        this.#end = { code, reason };
        this.#ring();
        resolve(this.#end);
      })
    );
  }

  /** Resolves once open; fails when the server refuses the upgrade. */
  static async open(
    app: { readonly url: string },
    path: string,
    options: { readonly protocols?: string[]; readonly headers?: HeadersInit } = {},
  ): Promise<HubSocket> {
    const socket = new OpenSocket(app.url.replace("http", "ws") + path, options);
    const hub = new HubSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve(), { once: true });
      socket.addEventListener("error", (event) => {
        reject(new Error((event as ErrorEvent).message));
      }, { once: true });
    });
    return hub;
  }

  /** The next frame of that type not read yet; those before it are passed over. */
  async next(type: string): Promise<SocketFrame> {
    for (;;) {
      while (this.#read < this.frames.length) {
        const frame = this.frames[this.#read++]!;
        if (frame.type === type) return frame;
      }
      if (this.#end) throw new Error(`Closed (${this.#end.code}) before a frame "${type}"`);
      await this.#wake.promise;
    }
  }

  send(type: string, payload?: unknown): void {
    this.sendText(JSON.stringify({ type, payload, timestamp: "2026-01-01T00:00:00Z" }));
  }

  sendText(text: string | Uint8Array<ArrayBuffer>): void {
    this.socket.send(text);
  }

  /** The answer to a ping: everything sent before it was worked on. */
  async settled(): Promise<void> {
    this.send("ping");
    await this.next("pong");
  }

  async close(): Promise<void> {
    if (!this.#end) this.socket.close();
    await this.closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #ring(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
