/** Words that carry grammar and no subject, per language: they name the language and are left out of key terms. */

export const LANGUAGES = ["en", "de", "fr", "es", "it", "pt"] as const;
export type Language = (typeof LANGUAGES)[number];

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const STOP_WORDS: Record<Language, ReadonlySet<string>> = {
  en: words(
    `a an the and or but if then else than that this these those there here of in on at to from by for with
    without into onto over under between among about as is are was were be been being am do does did done have has had
    having will would shall should can could may might must not no nor so such it its it's they them their he him his
    she her we us our you your i me my mine who whom whose which what when where why how all any each every both either
    neither some many much more most less least few other another same own just only also too very still again once
    please give tell me let make made get use using used per via out up down off what's i'm don't one's yes them he's
    need needs want wants like say says said whether because while until since during after before through within`,
  ),
  de: words(
    `der die das den dem des ein eine einen einem einer eines und oder aber wenn dann sonst als dass dies diese
    dieser dieses diesen diesem jene jener jenes von in im ins an am auf aus bei beim zu zum zur mit ohne nach vor über
    unter zwischen durch für gegen um bis seit während wegen ist sind war waren sein bin bist hat haben hatte hatten
    wird werden wurde wurden kann können könnte soll sollen sollte muss müssen darf dürfen mag nicht kein keine keinen
    keiner nur auch noch schon sehr so es er sie wir ihr ich du mich mir dich dir uns euch ihm ihn ihnen mein meine
    meinen dein deine unser unsere euer man wer wen wem was wann wo warum wie welche welcher welches welchen alle alles
    jede jeder jedes jeden einige viele mehr meist weniger andere anderen bitte gib nenne sage mach mache da hier dort
    sich selbst wieder daraus dazu dafür damit davon ob weil denn doch mal eins je`,
  ),
  fr: words(
    `le la les l un une des du de d et ou mais si alors sinon que qui quoi dont où ce cet cette ces ça cela ceci
    il elle ils elles on nous vous je tu me te se lui leur leurs y en dans sur sous par pour avec sans entre chez vers
    depuis pendant avant après contre à au aux est sont était étaient être suis es sommes êtes a ai as avons avez ont
    avait fait faire peut peuvent pourrait doit doivent ne pas non plus moins très aussi encore déjà tout tous toute
    toutes chaque quelque quelques plusieurs autre autres même mon ma mes ton ta tes son sa ses notre nos votre vos
    quand comment pourquoi combien quel quelle quels quelles comme donc car s'il plaît donne donnez dis dites c n s qu
    j m t lequel laquelle puis ainsi`,
  ),
  es: words(
    `el la los las un una unos unas y e o u pero si entonces que quien quienes cual cuales cuyo donde dónde este
    esta estos estas ese esa esos esas eso esto aquello de del en a al con sin sobre bajo entre por para desde hasta
    durante antes después contra según es son era eran ser soy eres somos está están estar ha han he hemos había hay
    hace hacer puede pueden podría debe deben no ni sí más menos muy también todavía ya todo todos toda todas cada algún
    alguna algunos varias varios otro otra otros otras mismo mi mis tu tus su sus nuestro nuestra vuestro yo tú él ella
    ellos ellas nosotros usted ustedes me te se lo le les nos cuando cuándo como cómo qué cuál cuánto cuántos porque
    pues favor da dame di dime haz`,
  ),
  it: words(
    `il lo la i gli le l un uno una e ed o ma se allora che chi cui quale quali dove questo questa questi queste
    quello quella quelli quelle ciò di del dello della dei degli delle d a al allo alla ai agli alle da dal dalla dai
    dalle in nel nella nei nelle con senza su sul sulla sui sulle per tra fra sotto sopra prima dopo durante contro è
    sono era erano essere sei siamo ha hanno ho abbiamo aveva c'è fa fare può possono potrebbe deve devono non né sì più
    meno molto anche ancora già tutto tutti tutta tutte ogni qualche alcuni alcune altro altra altri altre stesso mio
    mia miei tuo tua suo sua suoi nostro nostra vostro io tu lui lei noi voi loro mi ti si ci vi ne quando come perché
    quanto quanti favore per piacere dammi dimmi`,
  ),
  pt: words(
    `o a os as um uma uns umas e ou mas se então que quem qual quais cujo onde este esta estes estas esse essa
    esses essas isso isto aquilo de do da dos das em no na nos nas num numa a ao à aos às com sem sobre sob entre por
    pelo pela pelos pelas para desde até durante antes depois contra segundo é são era eram ser sou somos está estão
    estar tem têm tenho temos havia há faz fazer pode podem poderia deve devem não nem sim mais menos muito também ainda
    já tudo todo todos toda todas cada algum alguma alguns vários várias outro outra outros outras mesmo meu minha meus
    teu tua seu sua seus suas nosso nossa eu tu ele ela eles elas nós você vocês me te lhe quando como porque quanto
    quantos favor dê diga faça me`,
  ),
};

const ALL = new Set(LANGUAGES.flatMap((language) => [...STOP_WORDS[language]]));

/** True for a word that is grammar in any of the languages and longer words cannot be mistaken for. */
export function isStopWord(word: string, language: Language): boolean {
  return STOP_WORDS[language].has(word) || (word.length <= 2 && ALL.has(word));
}

/** Letters and endings that a language writes and its neighbours do not. */
const MARKS: Record<Language, RegExp> = {
  en: /\b(the|and|with|what|how|which|for)\b/g,
  de: /[äöüß]|\b(und|der|die|das|nicht|ist)\b/g,
  fr: /[çœèêùî]|\b(les|des|est|une|qu['’])/g,
  es: /[ñ¿¡]|\b(el|los|las|una|qué|cómo)\b|ción\b/g,
  it: /\b(il|gli|che|della|perché|è)\b|zione\b|zioni\b/g,
  pt: /[ãõ]|\b(não|uma|você|os|as)\b|ções\b|ção\b/g,
};

/** The language whose stop words and letters occur most; English when nothing decides. */
export function detectLanguage(text: string): Language {
  const lower = text.toLowerCase().slice(0, 8_000);
  const found = lower.match(/[\p{L}']+/gu) ?? [];
  let best: Language = "en";
  let bestScore = 0;
  for (const language of LANGUAGES) {
    const stop = STOP_WORDS[language];
    let score = 0;
    for (const word of found) if (stop.has(word)) score++;
    score += 0.75 * (lower.match(MARKS[language])?.length ?? 0);
    if (score > bestScore + 1e-9) [best, bestScore] = [language, score];
  }
  return best;
}
