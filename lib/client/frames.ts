/** Frames of a server-sent stream, whatever pieces they arrive in (WHATWG HTML, 9.2.6). */

export interface Frame {
  /** Absent on control frames: `ready`, `ping`, `reset`, `closed`. */
  readonly id: string | undefined;
  readonly type: string;
  readonly data: string;
}

export class FrameParser {
  #rest = "";

  push(chunk: string): Frame[] {
    const lines = (this.#rest + chunk).replaceAll("\r\n", "\n").split("\n\n");
    this.#rest = lines.pop()!;
    return lines.flatMap((text) => parseFrame(text) ?? []);
  }
}

function parseFrame(text: string): Frame | undefined {
  let id: string | undefined;
  let type = "message";
  const data: string[] = [];
  for (const line of text.split("\n")) {
    const at = line.indexOf(":");
    if (at === 0) continue;
    const name = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? "" : line.slice(at + 1).replace(/^ /, "");
    if (name === "id") id = value;
    else if (name === "event") type = value;
    else if (name === "data") data.push(value);
  }
  return data.length > 0 ? { id, type, data: data.join("\n") } : undefined;
}
