/** General ways of doing anything, for requests that ask for ways without naming them. No subject is named here. */
import type { Language } from "./stop_words.ts";

export interface ApproachWords {
  readonly name: string;
  readonly idea: string;
  readonly strength: string;
  readonly limit: string;
  readonly fits: string;
}

/** Per line: name | idea | strength | limit | fits when. In the order of APPROACHES. */
const LINES: Record<Language, string> = {
  en: `
    Direct | with as few parts as possible, each piece handled on its own as it comes | little to build, easy to explain, test and change | becomes slow or awkward when volume or the number of cases grows | amounts are modest, or the needs are still being learned
    Divided | split into independent parts that are handled separately and joined when needed | parts grow, fail and are worked on separately and at the same time | needs a rule for dividing and care to keep the parts in agreement | volume is large or many work on it at once
    Prepared | with part of the work done ahead: an index, a summary or a ready copy is kept beside the original | quick and predictable at the moment of use | more to write and store, and what was prepared can fall behind the original | it is used far more often than it changes
    Deferred | by first noting down what is to be done and doing it later, several at a time | accepts bursts calmly and shares the cost of each round | the result comes later, and what is still waiting must not be lost | a short delay does no harm
    Borrowed | on top of something that exists and already does most of it | little own work, and proven parts | its rules, price and pace are somebody else's | the need is common and nothing about it is special`,
  de: `
    Direkt | mit so wenigen Teilen wie möglich, jedes Stück einzeln, so wie es kommt | wenig zu bauen, leicht zu erklären, zu prüfen und zu ändern | wird langsam oder unhandlich, wenn Menge oder Zahl der Fälle wächst | die Mengen überschaubar sind oder der Bedarf noch unklar ist
    Aufgeteilt | in unabhängige Teile zerlegt, die getrennt bearbeitet und bei Bedarf zusammengeführt werden | Teile wachsen, scheitern und entstehen getrennt und gleichzeitig | braucht eine Regel für die Teilung und Sorgfalt, damit die Teile zusammenpassen | die Menge groß ist oder viele zugleich daran arbeiten
    Vorbereitet | mit vorgezogener Arbeit: ein Verzeichnis, eine Zusammenfassung oder fertige Kopie liegt neben dem Original | schnell und berechenbar im Augenblick des Gebrauchs | mehr zu schreiben und zu speichern, und das Vorbereitete kann veralten | es viel öfter gebraucht als geändert wird
    Aufgeschoben | zuerst festgehalten, was zu tun ist, und später gesammelt erledigt | nimmt Stöße ruhig auf und teilt die Kosten jeder Runde | das Ergebnis kommt später, und Wartendes darf nicht verloren gehen | eine kurze Verzögerung nicht schadet
    Geliehen | auf etwas aufgebaut, das schon besteht und das meiste leistet | wenig eigene Arbeit und erprobte Teile | Regeln, Preis und Tempo bestimmen andere | der Bedarf alltäglich und nichts daran besonders ist`,
  fr: `
    Directe | avec le moins de pièces possible, chaque élément traité comme il vient | peu à construire, facile à expliquer, à tester et à changer | devient lente ou lourde quand le volume ou le nombre de cas augmente | les quantités sont modestes ou le besoin encore flou
    Divisée | découpée en parties indépendantes, traitées à part et réunies au besoin | les parties grandissent, échouent et avancent séparément et en même temps | demande une règle de découpage et du soin pour garder l'accord entre les parties | le volume est grand ou beaucoup y travaillent à la fois
    Préparée | avec une part du travail faite d'avance : un index, un résumé ou une copie prête à côté de l'original | rapide et prévisible au moment de l'usage | plus à écrire et à garder, et ce qui est préparé peut prendre du retard | l'usage est bien plus fréquent que le changement
    Différée | en notant d'abord ce qui est à faire pour le faire plus tard, par lots | absorbe les pics et partage le coût de chaque passage | le résultat vient plus tard, et ce qui attend ne doit pas se perdre | un court délai ne gêne pas
    Empruntée | appuyée sur quelque chose qui existe et en fait déjà l'essentiel | peu de travail propre, des pièces éprouvées | ses règles, son prix et son rythme sont ceux d'un autre | le besoin est courant et sans rien de particulier`,
  es: `
    Directa | con las menos piezas posibles, cada elemento tratado según llega | poco que construir, fácil de explicar, probar y cambiar | se vuelve lenta o incómoda cuando crecen el volumen o los casos | las cantidades son modestas o la necesidad aún no está clara
    Dividida | separada en partes independientes que se tratan aparte y se unen cuando hace falta | las partes crecen, fallan y avanzan por separado y a la vez | exige una regla de división y cuidado para que las partes concuerden | el volumen es grande o muchos trabajan a la vez
    Preparada | con parte del trabajo hecho de antemano: un índice, un resumen o una copia lista junto al original | rápida y previsible en el momento de uso | más que escribir y guardar, y lo preparado puede quedarse atrás | se usa mucho más de lo que cambia
    Aplazada | anotando primero lo que hay que hacer y haciéndolo después, por lotes | absorbe los picos y reparte el coste de cada ronda | el resultado llega más tarde, y lo que espera no debe perderse | una breve demora no perjudica
    Prestada | sobre algo que ya existe y hace la mayor parte | poco trabajo propio y piezas probadas | sus reglas, su precio y su ritmo son de otros | la necesidad es común y sin nada especial`,
  it: `
    Diretta | con meno parti possibile, ogni elemento trattato come arriva | poco da costruire, facile da spiegare, provare e cambiare | diventa lenta o scomoda quando crescono il volume o i casi | le quantità sono modeste o il bisogno non è ancora chiaro
    Divisa | separata in parti indipendenti trattate a sé e riunite quando serve | le parti crescono, falliscono e avanzano separate e insieme | richiede una regola di divisione e cura perché le parti concordino | il volume è grande o molti ci lavorano insieme
    Preparata | con parte del lavoro fatta prima: un indice, un riassunto o una copia pronta accanto all'originale | rapida e prevedibile al momento dell'uso | più da scrivere e conservare, e ciò che è preparato può restare indietro | si usa molto più spesso di quanto cambi
    Rimandata | annotando prima ciò che va fatto e facendolo dopo, a gruppi | assorbe i picchi e divide il costo di ogni giro | il risultato arriva dopo, e ciò che attende non deve perdersi | un breve ritardo non fa danno
    Presa in prestito | sopra qualcosa che esiste e fa già quasi tutto | poco lavoro proprio e parti provate | regole, prezzo e ritmo sono di altri | il bisogno è comune e senza nulla di speciale`,
  pt: `
    Direta | com o mínimo de peças, cada elemento tratado à medida que chega | pouco a construir, fácil de explicar, testar e mudar | torna-se lenta ou incómoda quando crescem o volume ou os casos | as quantidades são modestas ou a necessidade ainda não é clara
    Dividida | separada em partes independentes, tratadas à parte e reunidas quando preciso | as partes crescem, falham e avançam em separado e ao mesmo tempo | exige uma regra de divisão e cuidado para que as partes concordem | o volume é grande ou muitos trabalham ao mesmo tempo
    Preparada | com parte do trabalho feita antes: um índice, um resumo ou uma cópia pronta junto do original | rápida e previsível no momento do uso | mais para escrever e guardar, e o que foi preparado pode ficar para trás | é usada muito mais vezes do que muda
    Adiada | anotando primeiro o que há a fazer e fazendo-o depois, por lotes | absorve os picos e reparte o custo de cada ronda | o resultado chega mais tarde, e o que espera não se pode perder | um pequeno atraso não faz mal
    Emprestada | sobre algo que já existe e faz quase tudo | pouco trabalho próprio e peças provadas | as regras, o preço e o ritmo são de outros | a necessidade é comum e nada tem de especial`,
};

export function approachWords(language: Language): ApproachWords[] {
  return LINES[language].trim().split("\n").map((line) => {
    const [name, idea, strength, limit, fits] = line.split("|").map((part) => part.trim());
    return { name: name!, idea: idea!, strength: strength!, limit: limit!, fits: fits! };
  });
}
