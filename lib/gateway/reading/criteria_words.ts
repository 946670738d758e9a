/** The general criteria of a choice in each language: their names, and the question that settles each. */
import type { Language } from "./stop_words.ts";

export const CRITERIA = ["simple", "speed", "growth", "change", "cost", "safety"] as const;
export type Criterion = (typeof CRITERIA)[number];

export interface CriterionWords {
  readonly name: string;
  readonly question: string;
}

/** Per line: name | question; in the order of CRITERIA. */
const LINES: Record<Language, string> = {
  en: `
    simplicity | how much must be set up and learned before it can be used?
    speed of use | how long does one typical use take, and the slowest of a hundred?
    growth | what happens at ten times the amount?
    ease of change | what must be touched when the need changes?
    cost | what does it cost to start, and per month of use?
    safety | what is lost when it fails, and how is it brought back?`,
  de: `
    Einfachheit | wie viel muss eingerichtet und gelernt werden, bevor es benutzbar ist?
    Tempo | wie lange dauert ein üblicher Gebrauch, und der langsamste von hundert?
    Wachstum | was geschieht bei der zehnfachen Menge?
    Änderbarkeit | was muss angefasst werden, wenn sich der Bedarf ändert?
    Kosten | was kostet der Anfang, und was der Gebrauch im Monat?
    Sicherheit | was geht bei einem Ausfall verloren, und wie kommt es zurück?`,
  fr: `
    simplicité | que faut-il installer et apprendre avant de s'en servir ?
    rapidité | combien dure un usage courant, et le plus lent sur cent ?
    croissance | que se passe-t-il avec dix fois plus ?
    souplesse | que faut-il toucher quand le besoin change ?
    coût | combien coûte le départ, et un mois d'usage ?
    sûreté | que perd-on en cas de panne, et comment le retrouve-t-on ?`,
  es: `
    sencillez | ¿cuánto hay que montar y aprender antes de usarlo?
    rapidez | ¿cuánto dura un uso normal, y el más lento de cien?
    crecimiento | ¿qué pasa con diez veces más?
    flexibilidad | ¿qué hay que tocar cuando cambia la necesidad?
    coste | ¿cuánto cuesta empezar, y un mes de uso?
    seguridad | ¿qué se pierde si falla, y cómo se recupera?`,
  it: `
    semplicità | quanto va preparato e imparato prima di usarlo?
    rapidità | quanto dura un uso normale, e il più lento su cento?
    crescita | che cosa succede con dieci volte tanto?
    flessibilità | che cosa va toccato quando cambia il bisogno?
    costo | quanto costa cominciare, e un mese d'uso?
    sicurezza | che cosa si perde in un guasto, e come si recupera?`,
  pt: `
    simplicidade | quanto é preciso montar e aprender antes de usar?
    rapidez | quanto demora um uso normal, e o mais lento em cem?
    crescimento | o que acontece com dez vezes mais?
    flexibilidade | o que é preciso mexer quando a necessidade muda?
    custo | quanto custa começar, e um mês de uso?
    segurança | o que se perde numa falha, e como se recupera?`,
};

export function criterionWords(criterion: Criterion, language: Language): CriterionWords {
  const line = LINES[language].trim().split("\n")[CRITERIA.indexOf(criterion)]!;
  const [name, question] = line.split("|").map((part) => part.trim());
  return { name: name!, question: question! };
}
