/** A server that answers as a test says, one handler for each request in turn; the last one stays. */

export type Handler = (request: Request, count: number) => Response | Promise<Response>;

/** What came, kept beyond its request. */
export interface Came {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
}

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: Came[];
}

export function scriptedServer(...handlers: readonly Handler[]): ScriptedServer {
  const requests: Came[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const handler = handlers[Math.min(requests.length, handlers.length - 1)]!;
    const { method, url, headers } = request;
    requests.push({ method, url, headers: new Headers(headers) });
    return handler(request, requests.length);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** An event stream that sends these frames and then ends, or stays open. */
export function eventStream(frames: readonly string[], ends = true): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    start(controller) {
      for (const frame of frames) controller.enqueue(encoder.encode(`${frame}\n\n`));
      if (ends) controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

export function problem(
  status: number,
  code: string,
  more: Record<string, unknown> = {},
): Response {
  const { headers, ...members } = more as { headers?: Record<string, string> };
  return Response.json({
    type: `/docs#${code}`,
    title: code,
    status,
    detail: `It is ${code}`,
    code,
    ...members,
  }, {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}
