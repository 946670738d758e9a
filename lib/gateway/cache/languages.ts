/**
 * What semantic hits need to know of a language: words that carry no meaning of their own, ways to begin a request,
 * and the words on which meaning turns. A language without a list here is compared word by word. Data.
 */

export interface Language {
  /** Articles, auxiliaries, prepositions without a direction: equal requests may differ in them. */
  readonly plain: ReadonlySet<string>;
  /** Phrases around a request, the longest first, without punctuation. */
  readonly polite: readonly string[];
  /** Ways to say one thing, each with what it counts as. */
  readonly same: readonly (readonly [string, string])[];
  readonly negations: ReadonlySet<string>;
  readonly numbers: ReadonlySet<string>;
  /** Words that ask, by what they ask for; "what" may as well be left out. */
  readonly questions: Readonly<Record<string, string>>;
  /** Verbs that begin a request: capitals there make no name. */
  readonly requests: ReadonlySet<string>;
  /** By these the language is recognized, beside the plain ones. */
  readonly marks: ReadonlySet<string>;
}

const words = (text: string) => new Set(text.split(" ").filter((word) => word !== ""));
const phrases = (text: string) => text.split("|").sort((a, b) => b.length - a.length);
const pairs = (text: string) => text.split("|").map((row) => row.split("=") as [string, string]);
const table = (text: string) => Object.fromEntries(pairs(text));

const en: Language = {
  plain: words(
    "the a an is are am be do does of in at for to it its it's there on by can could would will what which",
  ),
  polite: phrases(
    "please|pls|kindly|thanks|thank you|hi|hello|hey|can you|could you|would you|will you|can you please|could you please|tell me|please tell me|can you tell me|could you tell me|could you please tell me|do you know|i want to know|i would like to know|i'd like to know|i need to know|i was wondering|let me know|give me|show me|i have a question|quick question|what is|what's|what are|what was the name of|help me|can you help me",
  ),
  same: pairs(
    "how do i=howto|how do you=howto|how can i=howto|how could i=howto|how can one=howto|how does one=howto|how to=howto|how would i=howto|how should i=howto|what is the way to=howto|what's the way to=howto|what is the best way to=best howto|how much=howmuch|how many=howmany|how come=why|for what reason=why",
  ),
  negations: words(
    "not no never without none nothing neither nor cannot can't don't doesn't didn't isn't aren't wasn't weren't won't wouldn't couldn't shouldn't except unless hardly",
  ),
  numbers: words(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion half double twice triple dozen first second third",
  ),
  questions: table(
    "how=how|howto=how|howmuch=howmuch|howmany=howmany|why=why|when=when|where=where|who=who|whom=who|whose=whose",
  ),
  requests: words(
    "explain describe write list give show tell translate summarize summarise compare create make find define calculate compute convert generate draft rewrite fix review suggest recommend name identify implement add remove delete sort count solve prove analyze classify extract correct is are do does did can should would what which how why when where who please if in",
  ),
  marks: words(
    "what which how why when where who and or with from this that these those i you my your we they was were should have has not",
  ),
};

const de: Language = {
  plain: words(
    "der die das den dem des ein eine einen einem einer eines ist sind bin sein es zu im in am an auf für bei da denn mal doch eigentlich kann könnte würde wird was welche welcher welches welchen welchem",
  ),
  polite: phrases(
    "bitte|danke|hallo|hi|guten tag|kannst du|könntest du|können sie|könnten sie|kannst du bitte|kannst du mir|kannst du mir bitte|können sie mir|können sie mir bitte|könnten sie mir bitte|sag mir|sag mir bitte|sagen sie mir|kannst du mir sagen|kannst du mir bitte sagen|können sie mir sagen|weißt du|wissen sie|ich möchte wissen|ich würde gerne wissen|ich wüsste gern|gib mir|zeig mir|was ist|was sind|wie lautet|wie heißt",
  ),
  same: pairs(
    "wie kann ich=howto|wie kann man=howto|wie könnte ich=howto|wie viel=howmuch|wieviel=howmuch|wie viele=howmany|wieviele=howmany|aus welchem grund=warum|weshalb=warum|wieso=warum",
  ),
  negations: words(
    "nicht nichts nie niemals kein keine keinen keinem keiner keines ohne weder noch außer niemand",
  ),
  numbers: words(
    "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn zwanzig dreißig vierzig fünfzig hundert tausend million milliarde halb hälfte doppelt dutzend erste zweite dritte",
  ),
  questions: table(
    "wie=how|howto=how|howmuch=howmuch|howmany=howmany|warum=why|wann=when|wo=where|woher=wherefrom|wohin=whereto|wer=who|wen=whom|wem=whom",
  ),
  requests: words(
    "erkläre erklär beschreibe schreibe schreib liste nenne zeige übersetze vergleiche erstelle finde berechne fasse gib sag was welche welcher welches wie warum wann wo wer ist sind kann kannst bitte der die das ein eine ich",
  ),
  marks: words(
    "und oder mit von aus nach was welche welcher welches wie warum wann wo wer ich du mein dein wir sie nicht kein keine hat haben war waren soll sollte",
  ),
};

const fr: Language = {
  plain: words(
    "le la les l un une des du de d est sont être à au aux en dans pour ce c il y a t elle on se s qu que peut pourrait quel quelle quels quelles quoi",
  ),
  polite: phrases(
    "s'il vous plaît|s'il te plaît|svp|stp|merci|bonjour|salut|peux tu|pouvez vous|pourrais tu|pourriez vous|dis moi|dites moi|peux tu me dire|pouvez vous me dire|pourriez vous me dire|sais tu|savez vous|je voudrais savoir|j'aimerais savoir|donne moi|donnez moi|montre moi|quel est|quelle est|quels sont|quelles sont|qu'est ce que|qu'est ce que c'est|c'est quoi",
  ),
  same: pairs(
    "comment puis je=howto|comment peut on=howto|comment je peux=howto|comment faire pour=howto|combien de=howmany|combien d'=howmany|pour quelle raison=pourquoi",
  ),
  negations: words("pas ne n non jamais sans aucun aucune rien ni personne sauf plus"),
  numbers: words(
    "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante cent mille million milliard demi moitié double premier deuxième troisième",
  ),
  questions: table(
    "comment=how|howto=how|combien=howmuch|howmany=howmany|pourquoi=why|quand=when|où=where|qui=who",
  ),
  requests: words(
    "explique expliquez décris décrivez écris écrivez liste donne donnez montre traduis traduisez résume compare crée trouve calcule quel quelle quels quelles comment pourquoi quand où qui est le la les un une je",
  ),
  marks: words(
    "et ou avec sur par quel quelle quels quelles comment pourquoi quand où qui je tu mon ma mes nous vous pas ne",
  ),
};

const es: Language = {
  plain: words(
    "el la los las un una unos unas es son ser está están de del al a en para lo se su que puede podría qué cuál cuáles",
  ),
  polite: phrases(
    "por favor|gracias|hola|buenos días|puedes|podrías|puede|podría|puedes decirme|podrías decirme|puede decirme|dime|dígame|sabes|quiero saber|quisiera saber|me gustaría saber|dame|muéstrame|cuál es|cuáles son|qué es|qué son",
  ),
  same: pairs(
    "cómo puedo=howto|cómo se puede=howto|cómo podría=howto|por qué=porqué|por qué razón=porqué",
  ),
  negations: words("no nunca sin ningún ninguna ninguno nada ni jamás nadie excepto salvo tampoco"),
  numbers: words(
    "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte treinta cuarenta cincuenta cien ciento mil millón medio mitad doble primero segundo tercero",
  ),
  questions: table(
    "cómo=how|howto=how|cuánto=howmuch|cuánta=howmuch|cuántos=howmany|cuántas=howmany|porqué=why|cuándo=when|dónde=where|quién=who|quiénes=who",
  ),
  requests: words(
    "explica explique describe escribe escriba lista dame muestra traduce resume compara crea encuentra calcula cuál cuáles qué cómo por cuándo dónde quién es el la los un una",
  ),
  marks: words("y o con por desde qué cuál cuáles cómo cuándo dónde quién yo tú mi tu nosotros no"),
};

const it: Language = {
  plain: words(
    "il lo la i gli le l un uno una è sono essere di del della dei delle d a al alla in nel nella per si c che può potrebbe qual quali cosa cos",
  ),
  polite: phrases(
    "per favore|per piacere|grazie|ciao|salve|buongiorno|puoi|potresti|può|potrebbe|puoi dirmi|potresti dirmi|può dirmi|dimmi|sai|sa|vorrei sapere|mi piacerebbe sapere|dammi|mostrami|qual è|quali sono|cos'è|cosa è|che cos'è|che cosa è|cosa sono",
  ),
  same: pairs(
    "come posso=howto|come si può=howto|come potrei=howto|come si fa a=howto|per quale motivo=perché",
  ),
  negations: words("non no mai senza nessun nessuno nessuna niente nulla né neanche tranne"),
  numbers: words(
    "due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici venti trenta quaranta cinquanta cento mille milione mezzo metà doppio primo secondo terzo",
  ),
  questions: table(
    "come=how|howto=how|quanto=howmuch|quanta=howmuch|quanti=howmany|quante=howmany|perché=why|quando=when|dove=where|chi=who",
  ),
  requests: words(
    "spiega spiegami descrivi scrivi elenca dammi mostra traduci riassumi confronta crea trova calcola qual quali cosa che come perché quando dove chi è il la i gli le un una",
  ),
  marks: words("e o con da qual quali cosa come perché quando dove chi io tu mio tuo noi non"),
};

const pt: Language = {
  plain: words(
    "o a os as um uma uns umas é são ser está de do da dos das em no na nos nas para se que pode poderia ao à qual quais",
  ),
  polite: phrases(
    "por favor|obrigado|obrigada|olá|oi|bom dia|pode|você pode|poderia|pode me dizer|você pode me dizer|poderia me dizer|me diga|diga me|sabe|você sabe|quero saber|gostaria de saber|me dê|mostre me|qual é|quais são|o que é|o que são",
  ),
  same: pairs(
    "como posso=howto|como eu posso=howto|como se pode=howto|como faço para=howto|por que=porquê|por qual motivo=porquê",
  ),
  negations: words("não nunca sem nenhum nenhuma nada nem ninguém jamais exceto tampouco"),
  numbers: words(
    "dois duas três quatro cinco seis sete oito nove dez onze doze treze quinze vinte trinta quarenta cinquenta cem cento mil milhão meio metade dobro primeiro segundo terceiro",
  ),
  questions: table(
    "como=how|howto=how|quanto=howmuch|quanta=howmuch|quantos=howmany|quantas=howmany|porquê=why|quando=when|onde=where|quem=who",
  ),
  requests: words(
    "explique descreva escreva liste dê mostre traduza resuma compare crie encontre calcule qual quais que como por quando onde quem é o a os as um uma",
  ),
  marks: words("e ou com por qual quais como quando onde quem eu você meu minha seu sua não"),
};

/** Scripts without spaces: phrases are taken out, what is left is compared character by character. */
export const UNSPACED: Readonly<
  Record<"zh" | "ja", { readonly polite: readonly string[]; readonly turns: readonly string[] }>
> = {
  zh: {
    polite: phrases(
      "请问|请告诉我|请你告诉我|你能告诉我|你知道|我想知道|可以告诉我|告诉我|请|谢谢|你好|一下|吗|呢|啊|吧|是什么|什么是|什么|的|是",
    ),
    turns: phrases("不|没|无|未|非|别|怎么|怎样|如何|为什么|何时|哪里|谁|多少|几"),
  },
  ja: {
    polite: phrases(
      "教えてください|教えて下さい|教えて|を教えてください|について教えてください|お願いします|お願い|ください|下さい|何ですか|なんですか|は何ですか|ですか|ますか|でしょうか|です|こんにちは|すみません|とは|は何|何|を|は|の",
    ),
    turns: phrases("ない|ません|なく|なかった|どう|なぜ|いつ|どこ|誰|いくら|いくつ"),
  },
};

export const LANGUAGES: Readonly<Record<string, Language>> = { en, de, fr, es, it, pt };
