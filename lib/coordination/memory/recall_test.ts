/** How good ranking is: 240 memories in several languages, made of templates, and what people ask of them. */
import { assertEquals } from "@std/assert";
import { type TestApp, testApp } from "../../../tests/harness/test_app.ts";
import { recallMemories } from "./recall.ts";
import { saveMemory } from "./save_memory.ts";
import type { MemoryInput } from "./schema.ts";

const WS = "default";

const MODULES = [
  "auth",
  "billing",
  "search",
  "upload",
  "scheduler",
  "mailer",
  "exporter",
  "gateway",
];
const TEMPLATES: readonly ((module: string) => MemoryInput)[] = [
  (m) => ({ category: "discovery", content: `${m} keeps its configuration in lib/${m}/config.ts` }),
  (m) => ({
    category: "decision",
    content: `We decided that ${m} retries three times, then gives up`,
  }),
  (m) => ({ category: "blocker", content: `The ${m} tests hang when port 8080 is taken` }),
  (m) => ({
    category: "warning",
    content: `Never run the ${m} migration twice: rows are duplicated`,
  }),
  (m) => ({
    category: "pattern",
    content: `In ${m}, errors become AppError at the edge`,
    tags: ["errors"],
  }),
  (m) => ({ category: "learning", content: `${m} is slow because of N+1 queries in listAll()` }),
  (m) => ({
    category: "discovery",
    content: `Owner of ${m} is the platform team`,
    tags: ["owner"],
  }),
  (m) => ({ category: "learning", content: `${m} logs are sampled at ten percent in production` }),
  (m) => ({
    category: "decision",
    content: `${m} uses UTC everywhere, formatting happens in the client`,
  }),
  (m) => ({
    category: "warning",
    content: `The ${m} cache is shared between tenants unless keyed`,
  }),
  (m) => ({ category: "pattern", content: `${m} handlers validate input with zod schemas first` }),
  (m) => ({ category: "blocker", content: `${m} deploy waits for a secret nobody has` }),
  (m) => ({ category: "learning", content: `Feature flags of ${m} are read once at start` }),
  (m) => ({ category: "discovery", content: `${m} has a hidden admin endpoint at /internal/${m}` }),
  (m) => ({ category: "decision", content: `Pagination in ${m} is by cursor, never by offset` }),
  (m) => ({ category: "learning", content: `The flaky ${m} test depends on the wall clock` }),
  (m) => ({ category: "pattern", content: `${m} writes through the outbox table` }),
  (m) => ({ category: "warning", content: `${m} breaks on file names with emoji` }),
];

/** One of a kind, each found by its questions. */
const SINGLES: Readonly<Record<string, string>> = {
  kv: "Deno KV commits take at most 400 mutations and 800 kB",
  lock: "Locks fence: a stale holder's guarded write is refused with 409",
  getUser: "getUserByEmail() lowercases the address before it looks it up",
  error: "ERR_MODULE_NOT_FOUND means that the import map lacks the trailing slash",
  ts: "TS2345 in routes/api/chat.ts was a missing await",
  cpp: "The C++ addon must be rebuilt after every Node upgrade",
  csharp: "The C# client retries on 429 only",
  port: "Playwright needs --no-sandbox in the container",
  umlaut: "Der Schlüssel für die Übersetzung liegt im Tresor, nicht im Repository",
  strasse: "Die Hausnummer steht hinter der Straße, auch in Großbuchstaben",
  french: "L'authentification échoue si l'horloge du serveur est décalée",
  spanish: "La sesión caduca después de treinta minutos de inactividad",
  russian: "Очередь задач сохраняет порядок сообщений каждого агента",
  greek: "Η μνήμη αδειάζει κάθε Δευτέρα το πρωί",
  chinese: "数据库锁在事务提交之前不会释放",
  chinese2: "部署之前必须先运行数据迁移脚本",
  japanese: "テストはデータベースを共有しないこと",
  japanese2: "キャッシュの有効期限は三十分です",
  korean: "배포하기 전에 마이그레이션을 실행해야 합니다",
  thai: "ฐานข้อมูลต้องสำรองก่อนปรับรุ่นทุกครั้ง",
  arabic: "تنتهي صلاحية المفتاح بعد ثلاثين يوما",
  hebrew: "המפתח נשמר בכספת ולא בקוד",
  hindi: "परिनियोजन से पहले परीक्षण चलाएँ",
  turkish: "İstanbul sunucusu yavaş yanıt veriyor",
  polish: "Żółty przycisk usuwa całą gałąź",
  emoji: "The 🦕 in the banner is drawn by the dev script",
  path: "lib/kernel/kv/committer.ts groups commits of one tick",
  url: "The staging server is https://staging.example.org:8443/health",
  version: "Pinned preact to 11.2.0 because of the signal regression",
  quote: "Phoenix's rule: don't merge on Friday",
};

const ASKED: readonly [query: string, single: string][] = [
  ["mutations per commit", "kv"],
  ["deno kv limit mutation", "kv"],
  ["stale holder refused", "lock"],
  ["fencing", "lock"],
  ["getUserByEmail", "getUser"],
  ["get user by email", "getUser"],
  ["ERR_MODULE_NOT_FOUND", "error"],
  ["err module not found import map", "error"],
  ["TS2345", "ts"],
  ["ts2345 await", "ts"],
  ["C++ addon", "cpp"],
  ["c++ ", "cpp"],
  ["C# 429", "csharp"],
  ["playwright sandbox", "port"],
  ["playwrigth container", "port"],
  ["Schlüssel Tresor", "umlaut"],
  ["schlussel ubersetzung", "umlaut"],
  ["STRASSE HAUSNUMMER", "strasse"],
  ["authentification echoue horloge", "french"],
  ["horloge décalée", "french"],
  ["sesion caduca", "spanish"],
  ["ОЧЕРЕДЬ ЗАДАЧ", "russian"],
  ["порядок сообщ", "russian"],
  ["μνημη δευτερα", "greek"],
  ["数据库锁", "chinese"],
  ["事务提交", "chinese"],
  ["迁移脚本", "chinese2"],
  ["部署之前", "chinese2"],
  ["データベース 共有", "japanese"],
  ["キャッシュ 期限", "japanese2"],
  ["ｷｬｯｼｭ", "japanese2"],
  ["마이그레이션 실행", "korean"],
  ["마이그레이션을", "korean"],
  ["ฐานข้อมูล", "thai"],
  ["สำรองก่อนปรับรุ่น", "thai"],
  ["صلاحية المفتاح", "arabic"],
  ["המפתח בכספת", "hebrew"],
  ["परीक्षण चलाएँ", "hindi"],
  ["istanbul yavas", "turkish"],
  ["zolty przycisk", "polish"],
  ["usuwa calą gałąz", "polish"],
  ["banner dev script", "emoji"],
  ["committer.ts", "path"],
  ["lib/kernel/kv/committer.ts", "path"],
  ["staging.example.org", "url"],
  ["preact 11.2.0", "version"],
  ["signal regress", "version"],
  ["phoenix's rule merge", "quote"],
  ["don't merge friday", "quote"],
];

/** Of every module there is one of each: the module's own must stand first. */
const ASKED_OF_EACH: readonly [query: (module: string) => string, template: number][] = [
  [(m) => `${m} configuration`, 0],
  [(m) => `how often does ${m} retry`, 1],
  [(m) => `${m} test hangs port`, 2],
  [(m) => `migration ${m} duplicate`, 3],
  [(m) => `${m} errors`, 4],
  [(m) => `why is ${m} slow`, 5],
  [(m) => `${m} owner`, 6],
  [(m) => `sampling of ${m} logs`, 7],
  [(m) => `${m} cache tenant`, 9],
  [(m) => `${m} zod validation`, 10],
  [(m) => `secret for the ${m} deploy`, 11],
  [(m) => `${m} feature flag`, 12],
  [(m) => `cursor pagination ${m}`, 14],
  [(m) => `flaky ${m}`, 15],
  [(m) => `${m} outbox`, 16],
  [(m) => `${m} emoji file`, 17],
];

/** Asks for the best of 240 memories of one agent. */
async function remembered(app: TestApp): Promise<(query: string) => Promise<string>> {
  const call = { workspaceId: WS, actor: "agent:sage" };
  const inputs = [
    ...MODULES.flatMap((module) => TEMPLATES.map((template) => template(module))),
    ...Object.values(SINGLES).map((content) => ({ content })),
    ...Array.from({ length: 66 }, (_, n) => ({
      content:
        `Standup ${n}: reviewed the changes, nothing to report, tests are green, next sprint`,
      tags: ["standup"],
    })),
  ];
  assertEquals(inputs.length, 240);
  for (const input of inputs) await saveMemory(app.ctx, call, "sage", input);
  const searched = { ctx: app.ctx, search: app.coordination.search };
  return async (query) =>
    (await recallMemories(searched, WS, { query, limit: 5 }))[0]?.content ?? "(nothing)";
}

Deno.test("recallMemories() puts the right one of 240 first", async (t) => {
  await using app = await testApp();
  const top = await remembered(app);
  for (const [query, single] of ASKED) {
    await t.step(`"${query}" finds the one about ${single}`, async () => {
      assertEquals(await top(query), SINGLES[single]);
    });
  }
  for (const [query, template] of ASKED_OF_EACH) {
    await t.step(`"${query("…")}" finds the module's own, for each module`, async () => {
      const found = await Promise.all(MODULES.map((module) => top(query(module))));
      assertEquals(found, MODULES.map((module) => TEMPLATES[template]!(module).content));
    });
  }
});
