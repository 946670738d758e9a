/** Answers that are taken out of the text: extraction, summaries, questions, what a translation must keep. */
import { type Fact, type FactKind, facts, labelled } from "../reading/facts.ts";
import { givenText } from "../reading/intent.ts";
import { joinBlocks, labelLine, mdList, mdSection, mdTable } from "./markdown.ts";
import type { Material } from "./material.ts";
import { askedCount } from "../reading/options.ts";
import { fillIn, phrasesOf } from "../reading/phrases.ts";
import { detectLanguage, type Language } from "../reading/stop_words.ts";
import { answerSentence, rankSentences } from "../reading/summary.ts";
import { keyTerms } from "../reading/terms.ts";
import { capitalise, clip, sentences, unstop } from "../reading/text.ts";

/** Kinds of facts as the languages name them; also how a request asks for them. */
const KINDS: Record<
  FactKind,
  { readonly asked: RegExp; readonly names: Record<Language, string> }
> = {
  name: {
    asked:
      /\bnames?\b|people|persons?|compan|organi|places?|cit(?:y|ies)|namen?\b|personen|firmen|orte|noms?\b|personnes|nombres|personas|nomi\b|persone|nomes|pessoas/iu,
    names: { en: "Name", de: "Name", fr: "Nom", es: "Nombre", it: "Nome", pt: "Nome" },
  },
  date: {
    asked: /\bdates?\b|\bdat(?:um|en)\b|fechas?|\bdat[ae]\b|\bwhen\b|deadline/iu,
    names: { en: "Date", de: "Datum", fr: "Date", es: "Fecha", it: "Data", pt: "Data" },
  },
  time: {
    asked: /\btimes?\b|uhrzeit|heures?|\bhoras?\b|\bor[ae]\b/iu,
    names: { en: "Time", de: "Uhrzeit", fr: "Heure", es: "Hora", it: "Ora", pt: "Hora" },
  },
  amount: {
    asked:
      /amounts?|prices?|costs?|money|sums?|beträge?|betrag|preise?|kosten|montants?|prix|importes?|precios?|importi|prezzi|valores|preços/iu,
    names: {
      en: "Amount",
      de: "Betrag",
      fr: "Montant",
      es: "Importe",
      it: "Importo",
      pt: "Montante",
    },
  },
  percent: {
    asked: /percent|prozent|pour ?cent|porcenta|percentual/iu,
    names: {
      en: "Percentage",
      de: "Prozentsatz",
      fr: "Pourcentage",
      es: "Porcentaje",
      it: "Percentuale",
      pt: "Percentagem",
    },
  },
  email: {
    asked: /e-?mails?|addresses|adressen?|correos?/iu,
    names: { en: "E-mail", de: "E-Mail", fr: "E-mail", es: "Correo", it: "E-mail", pt: "E-mail" },
  },
  url: {
    asked: /\burls?\b|links?|websites?|liens?|enlaces?/iu,
    names: { en: "Link", de: "Link", fr: "Lien", es: "Enlace", it: "Link", pt: "Ligação" },
  },
  phone: {
    asked: /phones?|telefon|téléphone|teléfono/iu,
    names: {
      en: "Phone",
      de: "Telefon",
      fr: "Téléphone",
      es: "Teléfono",
      it: "Telefono",
      pt: "Telefone",
    },
  },
  number: {
    asked:
      /numbers?|figures?|quantit|zahlen|mengen|chiffres|nombres\b|números|cifras|numeri|cifre/iu,
    names: { en: "Number", de: "Zahl", fr: "Nombre", es: "Número", it: "Numero", pt: "Número" },
  },
  quote: {
    asked: /quotes?|quotations?|zitate?|citations?|citas?|citazioni|citações/iu,
    names: { en: "Quote", de: "Zitat", fr: "Citation", es: "Cita", it: "Citazione", pt: "Citação" },
  },
};

export function kindsAsked(order: string): FactKind[] {
  return (Object.keys(KINDS) as FactKind[]).filter((kind) => KINDS[kind].asked.test(order));
}

export function kindName(kind: FactKind, language: Language): string {
  return KINDS[kind].names[language];
}

export function extractionText(material: Material, focus: string): string {
  const { language } = material;
  const phrases = phrasesOf(language);
  const given = givenText(focus) || material.context || focus;
  const order = focus.replace(given, "");
  const asked = kindsAsked(order);
  const all = facts(given, detectLanguage(given));
  const chosen = asked.length ? all.filter((fact) => asked.includes(fact.kind)) : all;
  const shown: readonly Fact[] = chosen.length ? chosen : all;
  const pairs = labelled(given).slice(0, 20);
  return joinBlocks(
    `## ${phrases.facts}`,
    shown.length
      ? mdTable(
        [phrases.kind, phrases.value],
        shown.map((fact) => [kindName(fact.kind, language), fact.value]),
      )
      : "",
    !asked.length && pairs.length
      ? mdTable(["", phrases.value], pairs.map(({ label, value }) => [label, value]))
      : "",
    shown.length
      ? `${fillIn(phrases.count, String(shown.length))}.`
      : labelLine(phrases.terms, keyTerms(given, language).join(", ")),
  );
}

export function summaryText(material: Material, focus: string): string {
  const { language } = material;
  const phrases = phrasesOf(language);
  const given = givenText(focus) || material.context || focus;
  const source = detectLanguage(given);
  const total = sentences(given).length;
  const single = /\b(?:one|a single|einem?|une?|una?|um)\s+(?:sentence|satz|phrase|frase)/iu.test(
    focus,
  );
  const asked = single
    ? 1
    : askedCount(focus.replace(given, "")) ?? Math.min(5, Math.max(1, Math.ceil(total / 3)));
  const picked = rankSentences(given, source, asked);
  const figures = facts(given, source).filter((fact) =>
    fact.kind !== "name" && fact.kind !== "quote"
  ).slice(0, 8);
  return joinBlocks(
    `## ${phrases.summary}`,
    picked.length === 1 ? picked[0]! : mdList(picked),
    labelLine(phrases.terms, keyTerms(given, source, 6).join(", ")),
    figures.length ? labelLine(phrases.facts, figures.map((fact) => fact.value).join(" · ")) : "",
  );
}

export function answerText(material: Material, focus: string): string {
  const { language } = material;
  const phrases = phrasesOf(language);
  const question = sentences(focus).find((sentence) => sentence.includes("?")) ??
    sentences(focus)[0] ?? focus;
  const source = [material.context, givenText(focus), focus.replace(question, "")].filter((text) =>
    text.trim()
  ).join("\n");
  const found = source ? answerSentence(question, source, language) : null;
  if (found) {
    const more = rankSentences(source, language, 3, question).filter((sentence) =>
      sentence !== found
    ).slice(0, 2);
    return joinBlocks(
      `**${unstop(found)}.**`,
      more.length ? `${phrases.basedOn}:\n\n${mdList(more)}` : "",
    );
  }
  const given = facts(focus, language).slice(0, 8);
  return joinBlocks(
    `${
      fillIn(phrases.noAnswer, keyTerms(question, language, 4).join(", ") || clip(question, 80))
    }.`,
    given.length ? labelLine(phrases.facts, given.map((fact) => fact.value).join(" · ")) : "",
    source
      ? mdSection(phrases.basedOn, mdList(rankSentences(source, language, 2, question)), 3)
      : "",
  );
}

export function translationText(material: Material, focus: string): string {
  const { language } = material;
  const phrases = phrasesOf(language);
  const given = givenText(focus) || focus;
  const fixed = facts(given, detectLanguage(given));
  const lines = sentences(given);
  return joinBlocks(
    `${phrases.translation}: ${
      fixed.map((fact) => fact.value).join(" · ") || keyTerms(given, language, 5).join(" · ")
    }.`,
    mdSection(phrases.parts, mdList(lines, true), 3),
    labelLine(phrases.terms, keyTerms(given, detectLanguage(given), 6).map(capitalise).join(", ")),
  );
}
