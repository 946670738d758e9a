import { assert, assertEquals } from "@std/assert";
import { DELEGATE_ABOVE, explainComplexity, scoreComplexity } from "./complexity.ts";

/** Labels were written before the scorer: would one good answer do, or is this several people's work? */
const REQUESTS: readonly (readonly ["direct" | "delegate", string])[] = [
  [
    "delegate",
    "Compare three ways to store an append-only event log in a key-value database and recommend one",
  ],
  ["direct", "What is the capital of France?"],
  ["direct", "hi"],
  ["direct", "12*7?"],
  ["direct", "Thanks, that helps!"],
  ["direct", "What is 18% of 2,450?"],
  ["direct", "Write a haiku about autumn"],
  ["direct", "Translate 'good morning' to Spanish"],
  ["direct", "Who wrote Faust and when was it published?"],
  ["direct", "Explain photosynthesis in two sentences"],
  ["direct", "Write a Python function that reverses a string"],
  ["direct", "Fix the typo in this sentence: I has a apple"],
  [
    "direct",
    "Summarise the following text in three bullet points: " +
    "The river rose over night. ".repeat(60),
  ],
  ["direct", "Is a tomato a fruit?"],
  ["direct", "Give me a regex for ISO dates"],
  ["direct", "What's the difference between TCP and UDP?"],
  ["direct", "Write a friendly e-mail declining a meeting on Friday"],
  ["direct", "How many days are there between 3 March and 9 April 2026?"],
  ["direct", "List the planets of the solar system"],
  [
    "delegate",
    "Design a REST API for a library, implement it in TypeScript, and write tests for it",
  ],
  [
    "delegate",
    "Research the market for e-bikes in Europe, analyse three competitors and write a go-to-market strategy",
  ],
  [
    "delegate",
    "Plan a 5-day trip to Japan for a family of four under $4000 and compare hotel options in Tokyo and Kyoto",
  ],
  [
    "delegate",
    "Evaluate whether we should migrate our monolith to microservices: costs, risks, timeline, and a recommendation",
  ],
  [
    "delegate",
    "Compare PostgreSQL, MySQL and SQLite for an embedded analytics product and recommend one with reasons",
  ],
  [
    "delegate",
    "Write a comprehensive report on the effects of remote work on productivity, with evidence from several studies and a recommendation for managers",
  ],
  [
    "delegate",
    "First analyse this sales data set, then forecast the next quarter, and finally propose three actions",
  ],
  [
    "delegate",
    "Draft a product strategy for a note-taking app: target users, three main features, pricing options compared, and the risks",
  ],
  [
    "delegate",
    "Audit our authentication design: find weaknesses, compare two fixes for each, and recommend an order of work",
  ],
  ["direct", "Was ist die Hauptstadt von Österreich?"],
  ["direct", "Schreibe einen Geburtstagsgruß für meine Oma"],
  ["delegate", "Vergleiche drei Heizsysteme für ein Einfamilienhaus und empfiehl eines davon"],
  [
    "delegate",
    "Entwirf ein Konzept für eine Stadtbibliothek-App, bewerte die Risiken und erstelle einen Fahrplan mit drei Phasen",
  ],
  ["direct", "Quelle heure est-il à Tokyo quand il est midi à Paris ?"],
  [
    "delegate",
    "Compare trois solutions de sauvegarde pour une petite entreprise et recommande la meilleure",
  ],
  ["direct", "¿Cuál es la montaña más alta de España?"],
  ["delegate", "Compara tres lenguajes de programación para sistemas embebidos y recomienda uno"],
  ["direct", "Traduci «buongiorno» in inglese"],
  [
    "delegate",
    "Confronta tre strategie di marketing per un piccolo ristorante e raccomanda la migliore",
  ],
  ["delegate", "Compare três bancos de dados para um aplicativo móvel e recomende um"],
  ["delegate", "Vergelijk drie manieren om een huis te isoleren en beveel er één aan"],
  ["direct", "Какая столица у Канады?"],
  ["delegate", "Сравни три способа хранения резервных копий и рекомендуй лучший"],
  ["direct", "日本の首都はどこですか？"],
  [
    "delegate",
    "キーバリューストアに追記専用ログを保存する三つの方法を比較し、一つを推薦してください",
  ],
  ["direct", "法国的首都是哪里？"],
  ["delegate", "比较三种在键值数据库中存储事件日志的方案，并推荐一种"],
  ["delegate", "이벤트 로그를 저장하는 세 가지 방법을 비교하고 설계와 함께 하나를 추천해 주세요"],
];

for (const [expected, request] of REQUESTS) {
  Deno.test(`scoreComplexity() leads to ${expected}: ${request.slice(0, 60)}`, () => {
    const complexity = scoreComplexity(request);
    const kind = complexity.score > DELEGATE_ABOVE ? "delegate" : "direct";
    assertEquals(kind, expected, explainComplexity(complexity));
  });
}

Deno.test("scoreComplexity() adds up to what its features say", () => {
  const { score, features } = scoreComplexity(REQUESTS[0]![1]);
  const sum = features.reduce((total, feature) => total + feature.weight, 0.1);
  assertEquals(score, Math.round(sum * 100) / 100);
  assertEquals(features.map((f) => f.name).sort(), [
    "comparison",
    "parts",
    "recommendation",
    "steps",
  ]);
});

Deno.test("scoreComplexity() does not read pasted code as a request", () => {
  const code = "```\nfunction compare(a, b) { /* recommend three designs, analyse risks */ }\n```";
  assert(scoreComplexity(`What does this print?\n${code}`).score <= 0.3);
});

Deno.test("scoreComplexity() stays within 0 and 1", () => {
  assertEquals(scoreComplexity("").score, 0);
  const everything = REQUESTS.map(([, request]) => request).join("\n");
  assert(scoreComplexity(everything).score <= 1);
});

Deno.test("explainComplexity() names the reasons in a sentence", () => {
  const text = explainComplexity(scoreComplexity("Compare two cars and recommend one"));
  assert(text.includes("compares alternatives"), text);
  assert(text.includes("recommendation"), text);
});
