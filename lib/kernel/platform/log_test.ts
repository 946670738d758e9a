import { assert, assertEquals } from "@std/assert";
import { createLogger, type LoggerOptions } from "./log.ts";

function captured(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({
    level: "info",
    format: "json",
    now: () => 0,
    write: (_level, line) => lines.push(line),
    ...options,
  });
  return { log, lines };
}

Deno.test("Logger writes one JSON object with time, level, message and fields", () => {
  const { log, lines } = captured();
  log.with({ runId: "run_1" }).info("Run started", { n: 1 });
  assertEquals(lines.map((l) => JSON.parse(l)), [{
    at: "1970-01-01T00:00:00.000Z",
    level: "info",
    message: "Run started",
    runId: "run_1",
    n: 1,
  }]);
});

Deno.test("Logger leaves out what is below its level", () => {
  const { log, lines } = captured({ level: "warn" });
  log.info("no");
  log.debug("no");
  log.error("yes");
  assertEquals(lines.length, 1);
});

Deno.test("Logger redacts by name, by value and by shape, at any depth", () => {
  const { log, lines } = captured({ secrets: ["hunter22"] });
  log.info("got hunter22", {
    headers: { authorization: "Bearer abc.def.ghi", accept: "x" },
    openaiApiKey: "plain",
    openai_api_key: "plain",
    url: "https://user:pa55word@host/",
    list: ["sk-abcdefghijkl", "x=hunter22"],
    error: new Error("with hunter22", { cause: { token: "plain" } }),
  });
  assert(!/hunter22|abc\.def|pa55word|sk-abc/.test(lines[0]!), lines[0]);
  assertEquals(JSON.parse(lines[0]!).openai_api_key, "[redacted]");
  assertEquals(JSON.parse(lines[0]!).error.cause.token, "[redacted]");
});

Deno.test("Logger writes a short line for a terminal", () => {
  const { log, lines } = captured({ format: "pretty" });
  log.warn("Slow", { ms: 12, what: "a b" });
  assertEquals(lines, ['00:00:00.000 warn  Slow ms=12 what="a b"']);
});

Deno.test("Logger survives bytes, big integers, cycles and long text", () => {
  const { log, lines } = captured();
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  log.info("odd", { bytes: new Uint8Array(3), big: 1n, cycle, long: "x".repeat(9_000) });
  const entry = JSON.parse(lines[0]!);
  assertEquals([entry.bytes, entry.big, entry.long.length], ["[3 bytes]", "1", 8_001]);
});
