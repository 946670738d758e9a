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

/** Held out: written after the scorer, to see how it does on what it was not made for. */
const HELD_OUT: typeof REQUESTS = [
  ["direct", "Convert 50 miles to kilometres"],
  ["direct", "Explain how DNS works to a ten-year-old"],
  ["direct", "Write a SQL query that lists customers without orders"],
  ["direct", "What are three good names for a grey cat?"],
  ["direct", "Rewrite this politely: send me the file now"],
  ["direct", "Why does my Python loop never end? while True: print(1)"],
  ["direct", "Tell me a joke about databases"],
  ["direct", "Give me a recipe for pancakes for 4 people"],
  ["direct", "What is 15% of 80 plus 12?"],
  ["direct", "Should I use tabs or spaces?"],
  ["direct", "Recommend a good science fiction novel"],
  ["direct", "Summarize the plot of Hamlet in one paragraph"],
  ["direct", "Draft a two-sentence product description for a coffee mug"],
  ["direct", "Erkläre mir kurz, was ein Zinseszins ist"],
  ["direct", "Wie hoch ist der Mount Everest?"],
  ["direct", "Explique la photosynthèse simplement"],
  ["direct", "Escribe un poema corto sobre el mar"],
  ["direct", "Puoi correggere questa frase: io ha fame"],
  ["direct", "Когда был основан Санкт-Петербург?"],
  ["direct", "How do I exit vim?"],
  ["direct", "List 10 synonyms for happy"],
  ["direct", "What is the weather like in Rome in May?"],
  ["direct", "Make a table of the first 10 square numbers"],
  ["direct", "please write unit tests for this function: function add(a,b){return a+b}"],
  [
    "delegate",
    "Compare electric, hybrid and petrol cars for a commuter driving 60 km a day: cost over five years, environmental impact and convenience, and recommend one",
  ],
  [
    "delegate",
    "Create a launch plan for a podcast: audience research, content calendar for the first four weeks, equipment budget under 500 €, and a marketing strategy",
  ],
  [
    "delegate",
    "Analyse the strengths and weaknesses of nuclear, wind and solar power and decide which mix suits a small island state",
  ],
  [
    "delegate",
    "We need to choose a message queue. Compare Kafka, RabbitMQ and NATS on throughput, operations and cost, and recommend one for a team of five",
  ],
  [
    "delegate",
    "Build a small web app in TypeScript with login, a task list and export to CSV; include tests and deployment instructions",
  ],
  [
    "delegate",
    "Research current treatments for migraine, compare their evidence and side effects, and write a summary for patients",
  ],
  [
    "delegate",
    "Erstelle einen ausführlichen Businessplan für ein veganes Café: Marktanalyse, Finanzplan, Marketing und Risiken",
  ],
  [
    "delegate",
    "Vergleiche Wärmepumpe, Gasheizung und Pellets nach Kosten, CO2 und Aufwand und gib eine Empfehlung",
  ],
  [
    "delegate",
    "Élabore une stratégie de migration vers le cloud, analyse les risques et recommande un fournisseur parmi trois",
  ],
  [
    "delegate",
    "Diseña una campaña de marketing para una panadería: público, tres canales, presupuesto y calendario, y evalúa los riesgos",
  ],
  ["delegate", "为一家小型咖啡店制定营销方案，分析竞争对手，比较三种推广渠道并推荐一种"],
  [
    "delegate",
    "Three ways to reduce our cloud bill by 30%: describe each, estimate savings, list risks, and pick one",
  ],
  ["direct", "Write a limerick about a cat, a dog and a mouse"],
  ["direct", "Name the primary colours, please, and thanks, by the way, for yesterday"],
  ["direct", "Is it better to water plants in the morning or evening?"],
  ["direct", "Generate a password policy sentence for our intranet"],
  ["direct", "Add these: 12, 19, 44 and 7"],
  [
    "direct",
    "Please shorten: We would like to inform you that, due to the weather, the event, which was planned for Sunday, is cancelled",
  ],
  ["direct", "What time zones do Berlin, Tokyo and New York use?"],
  ["direct", "Write a bash script that renames all .txt files to .md"],
  ["direct", "Bitte übersetze ins Englische: Der frühe Vogel fängt den Wurm"],
  ["direct", "Nenne mir drei Sehenswürdigkeiten in Prag"],
  ["direct", "Donne-moi une recette de crêpes"],
  ["direct", "Dime un sinónimo de rápido"],
  ["direct", "富士山の高さは何メートルですか"],
  [
    "direct",
    "Proofread my cover letter: Dear Sir, I am writing to apply for the job of baker. I have baked bread, cakes and rolls for ten years.",
  ],
  [
    "delegate",
    "Assess the pros and cons of open-plan offices, private offices and hybrid setups, and advise a 40-person company",
  ],
  [
    "delegate",
    "Plan the migration of a 2 TB MySQL database to PostgreSQL with less than five minutes of downtime, with rollback and test steps",
  ],
  [
    "delegate",
    "Find out which three e-reader models are best for PDFs, compare their prices and battery life and tell me which to buy",
  ],
  [
    "delegate",
    "Bewerte drei Standorte für ein neues Lager nach Miete, Anbindung und Personal und entscheide dich für einen",
  ],
  [
    "delegate",
    "Analysez trois modèles économiques pour un journal local et recommandez le plus viable",
  ],
  [
    "delegate",
    "Investiga las causas de la sequía, compara dos soluciones y propón un plan de acción",
  ],
  [
    "delegate",
    "Progetta un'app per la gestione delle spese: architettura, modello dei dati, sicurezza e piano di rilascio",
  ],
  [
    "delegate",
    "Design a curriculum for a ten-week course on statistics with exercises, a grading scheme and a reading list",
  ],
  ["delegate", "Проанализируй три варианта отопления дома, сравни стоимость и выбери лучший"],
  [
    "delegate",
    "Write a detailed technical proposal for moving our CI to self-hosted runners: architecture, costs, risks and a migration plan",
  ],
];

for (const [expected, request] of [...REQUESTS, ...HELD_OUT]) {
  Deno.test(`scoreComplexity() leads to ${expected}: ${request.slice(0, 80)}`, () => {
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

Deno.test("scoreComplexity() gets through hostile requests", () => {
  const repeated = ["a, ", "first a ", "y and ", "und a b c ", "```", "- ", "比", "1. "];
  assert(repeated.every((piece) => scoreComplexity(piece.repeat(20_000)).score <= 1));
});
