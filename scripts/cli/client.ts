/** The API as the command line uses it. */

export interface ClientOptions {
  readonly url: string;
  readonly key: string | undefined;
}

/** Ends the command with a sentence; anything else is a mistake of ours and shows its stack. */
export class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface ServerEvent {
  readonly id: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

const RECONNECT_MS = [250, 500, 1_000, 2_000, 5_000];

export class Client {
  readonly url: string;
  readonly #key: string | undefined;

  constructor(options: ClientOptions) {
    this.url = options.url;
    this.#key = options.key;
  }

  get<T>(path: string): Promise<T> {
    return this.#json<T>(path, {});
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#json<T>(path, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
      body: JSON.stringify(body),
    });
  }

  /** Events after the cursor, for as long as the caller reads; a lost connection is taken up again. */
  async *events(path: string, after: string): AsyncGenerator<ServerEvent> {
    let cursor = after;
    for (let failures = 0;;) {
      try {
        const query = cursor ? `?after=${encodeURIComponent(cursor)}` : "";
        const response = await this.#request(path + query, {
          headers: { accept: "text/event-stream" },
        });
        for await (const event of parseEvents(response.body!)) {
          failures = 0;
          cursor = event.id;
          yield event;
        }
      } catch (error) {
        if (error instanceof CommandError && error.exitCode !== UNREACHABLE) throw error;
        if (failures >= RECONNECT_MS.length) throw error;
      }
      const waitMs = RECONNECT_MS[failures++] ?? RECONNECT_MS.at(-1)!;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  async #json<T>(path: string, init: RequestInit): Promise<T> {
    const response = await this.#request(path, init);
    return await response.json() as T;
  }

  async #request(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.#key) headers.set("authorization", `Bearer ${this.#key}`);
    let response: Response;
    try {
      response = await fetch(this.url + path, { ...init, headers });
    } catch {
      throw new CommandError(
        `No server answers at ${this.url}; start one with \`deno task start\` or name it with --url`,
        UNREACHABLE,
      );
    }
    if (response.ok) return response;
    throw new CommandError(await problemText(response));
  }
}

const UNREACHABLE = 3;

async function problemText(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { code, detail, errors } = JSON.parse(text);
    const fields = (errors ?? []).map((e: { path: string; message: string }) =>
      `\n  ${e.path}: ${e.message}`
    );
    return `${detail} (${code})${fields.join("")}`;
  } catch {
    return `The server answered ${response.status}`;
  }
}

/** Data events of a server-sent stream; control frames, which have no id, are left out. */
export async function* parseEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<ServerEvent> {
  let rest = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + chunk).split("\n\n");
    rest = frames.pop()!;
    for (const frame of frames) {
      const lines = frame.split("\n");
      if (!lines.some((line) => line.startsWith("id: "))) continue;
      const data = lines.filter((l) => l.startsWith("data: ")).map((l) => l.slice(6)).join("\n");
      yield JSON.parse(data) as ServerEvent;
    }
  }
}
