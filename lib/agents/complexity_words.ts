/**
 * The words `complexity.ts` looks for, by kind and language (en, de, fr, es, it, pt, nl, ru, ja, zh, ko).
 * Stems, matched at the start of a word; the East Asian ones anywhere.
 */

export type Marker =
  | "comparison"
  | "recommendation"
  | "design"
  | "research"
  | "analysis"
  | "code"
  | "data"
  | "steps"
  | "constraints"
  | "verification"
  | "extensive";

export const CJK = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/gu;

function stems(alphabetic: string, wide: string): RegExp {
  return new RegExp(`(?<!\\p{L})(?:${alphabetic})|${wide}`, "iu");
}

export const MARKERS: Readonly<Record<Marker, RegExp>> = {
  comparison: stems(
    "compar|weigh |strengths (?:and|&) weaknesses|stärken und schwächen|versus|vs\\.?(?!\\p{L})|contrast|trade-?offs?|pros and cons|advantages and|differences? between|" +
      "which (?:is|one|of|\\p{L}+ is) (?:the )?(?:better|best|cheaper|faster)|better:|" +
      "vergleich|gegenüberstell|vor- und nachteile|unterschiede? zwischen|was ist besser|" +
      "confront|avantages et|paragona|vantaggi e|ventajas y|diferencias? entre|différences? entre|" +
      "vantagens e|vergelijk|voor- en nadelen|сравн|преимущества и",
    "比較|比较|对比|違い|优缺点|비교",
  ),
  recommendation: stems(
    "recommend|advise|suggest (?:the|one|which|a)|which (?:\\p{L}+ )?(?:one )?should|should (?:i|we) |" +
      "choose|decide|pick (?:one|the|a)|make a case|empfehl|empfiehl|entscheid|welche[rsn]? .{0,40}soll|" +
      "recommand|conseill|choisi|recomiend|recomend|aconsej|elige|decid|consigli|raccomand|scegli|" +
      "aconselh|escolh|aanbevel|aanbeveel|beveel|raad .{0,30}aan|kies|рекоменд|посоветуй|выбер",
    "推薦|推荐|おすすめ|お勧め|勧め|すべき|建议|추천",
  ),
  design: stems(
    "design|architect|strateg|roadmap|business plan|migration plan|project plan|(?:a|the|detailed) plan|" +
      "plan (?:a|an|the|our|my) |build (?:a|an|the|our|me|us) |businessplan|geschäftsplan|curriculum|entwirf|entwurf|konzept|konzipier|architektur|fahrplan|" +
      "plane |einen plan|concevoir|conçois|conception|planifi|stratég|élabor|" +
      "diseñ|estrateg|progett|pianific|projet[ea]|planej|estratég|ontwerp|stappenplan|" +
      "спроектир|разработай|стратеги|план ",
    "設計|设计|戦略|战略|方案|计划|計画|설계|전략|계획",
  ),
  research: stems(
    "research|investigat|survey|state of the art|literature|sources?(?!\\p{L})|evidence|find out|" +
      "market (?:for|analysis|study)|recherch|untersuch|studien|quellen|belege|marktanaly|" +
      "enquêt|étud|sources|investig|fuentes|ricerc|fonti|pesquis|onderzoek|bronnen|исследу|источник|изучи",
    "調査|调研|调查|研究|文献|조사|연구",
  ),
  analysis: stems(
    "analy[sz]|assess|evaluat|review (?:the|our|my|this)|audit|risks?(?!\\p{L})|root cause|forecast|" +
      "analysier|bewert|beurteil|risiken|prüfe|évalu|risques|analiz|anális|evalú|riesgos|valut|rischi|" +
      "avali|riscos|beoordeel|risico|анализ|проанализ|оцен[иь]|риск",
    "分析|評価|评估|风险|リスク|분석|평가",
  ),
  code: stems(
    "implement|refactor|code|program(?!me)|script|function|app(?!\\p{L})|application|api(?!\\p{L})|" +
      "endpoint|typescript|python|javascript|java(?!\\p{L})|rust(?!\\p{L})|sql(?!\\p{L})|regex|component|" +
      "implementier|programmier|funktion|skript|anwendung|implémente|programme|fonction|implementa|" +
      "función|programa|funzione|função|implementeer|функци|реализуй|программ|скрипт",
    "コード|実装|関数|代码|实现|函数|编写|코드|구현|함수",
  ),
  data: stems(
    "data ?sets?|csv|spreadsheet|table of|statistic|figures|datensatz|datensätze|tabelle|statistik|" +
      "jeu de données|tableau|datos|tabla|dati|tabella|dados|tabela|gegevens|tabel|данн|таблиц|статист",
    "データ|数据|表格|데이터|통계",
  ),
  steps: stems(
    "step[- ]by[- ]step|first,? .{2,}?(?:then|next)(?!\\p{L})|and then|after that|finally|as well as|" +
      "and (?:also |then )?(?:write|recommend|propose|explain|test|list|estimate|implement|draft|give|compare|" +
      "summari[sz]e|suggest|show|create|document|deploy|describe|present)(?!\\p{L})|" +
      "schritt für schritt|zuerst .{2,}?dann|anschließend|danach|abschließend|" +
      "und (?:\\p{L}+ ){0,3}?(?:empfiehl|schreibe?|erkläre?|erstelle?|bewerte|schlage?|teste|nenne)(?!\\p{L})|" +
      "étape par étape|d'abord|ensuite|enfin|paso a paso|primero|después|luego|finalmente|" +
      "passo (?:a|dopo) passo|prima .{2,}?poi|infine|primeiro|depois|por fim|stap voor stap|daarna|" +
      "шаг за шагом|сначала|затем|потом",
    "まず|その後|それから|次に|首先|然后|最后|먼저|그런 다음|단계별",
  ),
  constraints: stems(
    "must(?!\\p{L})|at most|at least|no more than|within (?:a |an |the )?\\p{L}*\\d*|budget|under [€$£]?\\d|" +
      "below [€$£]?\\d|without |deadline|constraint|requirement|muss |müssen|höchstens|mindestens|maximal|" +
      "innerhalb|ohne |anforderung|doit |au plus|au moins|maximum|sans |debe |como máximo|al menos|" +
      "sin |presupuesto|deve |al massimo|almeno|senza |no máximo|pelo menos|sem |moet|maximaal|zonder |" +
      "должн|не более|не менее|бюджет|без ",
    "以内|以下|以上|予算|必ず|不超过|必须|预算|이내|이하|예산",
  ),
  verification: stems(
    "verify|validate|(?:unit |write |with |and |includ\\p{L}* )tests?(?!\\p{L})|benchmark|double-check|cite|" +
      "überprüf|verifizier|mit tests|vérifi|verific|comprueb|controleer|провер|тест",
    "検証|テスト|验证|测试|검증|테스트",
  ),
  extensive: stems(
    "comprehensive|in[- ]depth|thorough|detailed|exhaustive|complete (?:guide|report|overview|plan)|" +
      "full report|report on|white ?paper|umfassend|ausführlich|detailliert|gründlich|bericht über|" +
      "complet|approfondi|détaillé|rapport|exhaustiv|detallad|completo|informe|approfondit|dettagliat|" +
      "relazione|detalhad|relatório|uitgebreid|gedetailleerd|rapport|подробн|всесторонн|отч[её]т",
    "詳しく|詳細|包括的|レポート|报告|详细|全面|보고서|자세히|종합",
  ),
};

const numbers: readonly (readonly [number, string])[] = [
  [2, "two|zwei|deux|dos|due|dois|duas|twee|две|два"],
  [3, "three|drei|trois|tres|tre|três|drie|три|several|mehrere|plusieurs|varios|varias"],
  [4, "four|vier|quatre|cuatro|quattro|quatro|четыре"],
  [5, "five|fünf|cinq|cinco|cinque|vijf|пять"],
  [6, "six|sechs|seis|sei|zes|шесть|seven|sieben|sept|siete|sette|sete|zeven|семь"],
  [
    8,
    "eight|acht|huit|ocho|otto|oito|восемь|nine|ten|neun|zehn|neuf|dix|diez|dieci|dez|tien|десять",
  ],
];

/** A number word right before another word, with how many parts it stands for. */
export const NUMBER_WORDS: readonly (readonly [RegExp, number])[] = numbers.map((
  [value, words],
) => [
  new RegExp(`(?<!\\p{L})(?:${words})\\s+\\p{L}{3,}`, "iu"),
  value,
]);

export const QUESTION_WORDS = stems(
  "who|what|when|where|which|how|why|is|are|can|does|wer|was|wann|wo|welche|wie|warum|ist|" +
    "qui|que|quoi|quand|où|quel|comment|pourquoi|qué|quién|cuándo|dónde|cuál|cómo|chi|che|quando|dove|" +
    "quale|come|perché|quem|onde|qual|como|wie|wat|waar|hoe|кто|что|когда|где|какой|как|почему",
  "何|誰|いつ|どこ|什么|谁|哪|多少|怎么|무엇|누구|언제|어디|어떻게",
);
