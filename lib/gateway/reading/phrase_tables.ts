/** The phrases of phrases.ts per language, one a line, in the order of its keys. Lines are data: never reorder one language alone. */
import type { Language } from "./stop_words.ts";

export const PHRASE_TABLES: Record<Language, string> = {
  en: `
    Answered by Muster's built-in demonstration model (muster/offline): it works on the words and figures of the request and knows nothing beyond them.
    Summary
    Comparison
    Recommendation
    Outline
    Calculation
    Facts given
    Key terms
    Criterion
    Idea
    Strength
    Limit
    Fits when
    weak
    fair
    good
    To settle
    What the text says
    the text says nothing about this
    Goal
    Parts
    Done when
    Open points
    Findings
    The request gives no text that answers this. What is asked about: {}
    {} – rated highest on {1}
    Second choice: {} – {1}
    Start with {}, named first, and check it against each criterion; the request itself gives no fact that decides between them
    Translating needs knowledge of the words of the other language, which this model does not have. These parts must stay as they are in any translation
    Structure
    Hello! Tell me what you want done and on what terms – a comparison, a plan, a summary of a text, a calculation
    Value
    Kind
    {} in all
    Covered: {}
    Missing: {}
    Taken up from the feedback
    Way {}
    Drawn from
    For every option
    Result of {}
    Draft
    and
    Settle what is open: {}
    Get ready what it rests on: {}
    Carry out: {}
    Check the result against: {}
    Facts and requirements
    Ways to do it
    Risks and checks
    It covers: {}
    It keeps the given facts: {}
    One of {} is recommended, with the reasons
    One way is recommended, with the reasons
    {} parts can be worked on separately: {1}
    Asked for: {}
    The request speaks of {}
    In {} parts: {1}`,
  de: `
    Beantwortet vom eingebauten Demonstrationsmodell von Muster (muster/offline): Es arbeitet mit den Wörtern und Zahlen der Anfrage und weiß nichts darüber hinaus.
    Zusammenfassung
    Vergleich
    Empfehlung
    Gliederung
    Rechnung
    Gegebene Fakten
    Schlüsselbegriffe
    Kriterium
    Idee
    Stärke
    Grenze
    Passt, wenn
    schwach
    mittel
    gut
    Zu klären
    Was der Text sagt
    der Text sagt dazu nichts
    Ziel
    Teile
    Fertig, wenn
    Offene Punkte
    Ergebnisse
    Die Anfrage enthält keinen Text, der das beantwortet. Gefragt ist nach: {}
    {} – am besten bewertet bei {1}
    Zweite Wahl: {} – {1}
    Mit {} beginnen, zuerst genannt, und an jedem Kriterium prüfen; die Anfrage selbst nennt keinen Fakt, der entscheidet
    Zum Übersetzen fehlt diesem Modell die Kenntnis der anderen Sprache. Diese Teile müssen in jeder Übersetzung unverändert bleiben
    Aufbau
    Hallo! Sage, was getan werden soll und zu welchen Bedingungen – ein Vergleich, ein Plan, eine Zusammenfassung, eine Rechnung
    Wert
    Art
    insgesamt {}
    Abgedeckt: {}
    Es fehlt: {}
    Aus der Rückmeldung übernommen
    Weg {}
    Gezogen aus
    Für jede Möglichkeit
    Ergebnis von {}
    Entwurf
    und
    Offenes klären: {}
    Bereitlegen, worauf es beruht: {}
    Ausführen: {}
    Das Ergebnis prüfen an: {}
    Fakten und Anforderungen
    Wege zur Umsetzung
    Risiken und Prüfungen
    Sie behandelt: {}
    Sie hält sich an die gegebenen Fakten: {}
    Eines von {} wird mit Gründen empfohlen
    Ein Weg wird mit Gründen empfohlen
    {} Teile lassen sich getrennt bearbeiten: {1}
    Verlangt ist: {}
    Die Anfrage handelt von {}
    In {} Teilen: {1}`,
  fr: `
    Réponse du modèle de démonstration intégré à Muster (muster/offline) : il travaille sur les mots et les chiffres de la demande et ne sait rien d'autre.
    Résumé
    Comparaison
    Recommandation
    Plan
    Calcul
    Faits donnés
    Termes clés
    Critère
    Idée
    Atout
    Limite
    Convient quand
    faible
    moyen
    bon
    À trancher
    Ce que dit le texte
    le texte n'en dit rien
    But
    Parties
    Terminé quand
    Points ouverts
    Résultats
    La demande ne contient aucun texte qui y réponde. Il est question de : {}
    {} – la mieux notée pour {1}
    Second choix : {} – {1}
    Commencer par {}, nommé en premier, et vérifier critère par critère ; la demande ne donne aucun fait qui départage
    Traduire suppose de connaître les mots de l'autre langue, ce que ce modèle n'a pas. Ces éléments doivent rester tels quels dans toute traduction
    Structure
    Bonjour ! Dites ce qu'il faut faire et à quelles conditions – une comparaison, un plan, un résumé, un calcul
    Valeur
    Type
    {} au total
    Couvert : {}
    Manque : {}
    Repris des remarques
    Voie {}
    Tiré de
    Pour chaque option
    Résultat de {}
    Brouillon
    et
    Trancher ce qui est ouvert : {}
    Réunir ce sur quoi tout repose : {}
    Réaliser : {}
    Vérifier le résultat selon : {}
    Faits et exigences
    Façons de faire
    Risques et contrôles
    Elle traite : {}
    Elle respecte les faits donnés : {}
    L'une des options ({}) est recommandée, avec les raisons
    Une voie est recommandée, avec les raisons
    {} parties peuvent se traiter séparément : {1}
    Demandé : {}
    La demande parle de {}
    En {} parties : {1}`,
  es: `
    Respuesta del modelo de demostración integrado en Muster (muster/offline): trabaja con las palabras y cifras de la petición y no sabe nada más.
    Resumen
    Comparación
    Recomendación
    Esquema
    Cálculo
    Datos dados
    Términos clave
    Criterio
    Idea
    Ventaja
    Límite
    Conviene cuando
    débil
    regular
    bueno
    Por aclarar
    Lo que dice el texto
    el texto no dice nada al respecto
    Objetivo
    Partes
    Terminado cuando
    Puntos abiertos
    Resultados
    La petición no contiene ningún texto que lo responda. Se pregunta por: {}
    {} – la mejor valorada en {1}
    Segunda opción: {} – {1}
    Empezar por {}, nombrado primero, y comprobarlo con cada criterio; la petición no da ningún dato que decida
    Traducir exige conocer las palabras del otro idioma, y este modelo no las conoce. Estas partes deben quedar igual en cualquier traducción
    Estructura
    ¡Hola! Di qué hay que hacer y en qué condiciones: una comparación, un plan, un resumen, un cálculo
    Valor
    Tipo
    {} en total
    Cubierto: {}
    Falta: {}
    Tomado de los comentarios
    Vía {}
    Extraído de
    Para cada opción
    Resultado de {}
    Borrador
    y
    Aclarar lo abierto: {}
    Reunir aquello en que se apoya: {}
    Realizar: {}
    Comprobar el resultado con: {}
    Datos y requisitos
    Formas de hacerlo
    Riesgos y comprobaciones
    Trata: {}
    Respeta los datos dados: {}
    Se recomienda una de las opciones ({}), con sus razones
    Se recomienda una vía, con sus razones
    {} partes pueden tratarse por separado: {1}
    Se pide: {}
    La petición trata de {}
    En {} partes: {1}`,
  it: `
    Risposta del modello dimostrativo integrato in Muster (muster/offline): lavora sulle parole e sulle cifre della richiesta e non sa altro.
    Riassunto
    Confronto
    Raccomandazione
    Schema
    Calcolo
    Dati forniti
    Termini chiave
    Criterio
    Idea
    Punto di forza
    Limite
    Adatto quando
    debole
    medio
    buono
    Da chiarire
    Che cosa dice il testo
    il testo non dice nulla in proposito
    Obiettivo
    Parti
    Finito quando
    Punti aperti
    Risultati
    La richiesta non contiene un testo che risponda. Si chiede di: {}
    {} – la migliore per {1}
    Seconda scelta: {} – {1}
    Cominciare da {}, nominato per primo, e verificarlo su ogni criterio; la richiesta non dà alcun dato che decida
    Per tradurre occorre conoscere le parole dell'altra lingua, che questo modello non conosce. Queste parti devono restare uguali in ogni traduzione
    Struttura
    Ciao! Di' che cosa va fatto e a quali condizioni: un confronto, un piano, un riassunto, un calcolo
    Valore
    Tipo
    {} in tutto
    Coperto: {}
    Manca: {}
    Ripreso dai commenti
    Via {}
    Tratto da
    Per ogni opzione
    Risultato di {}
    Bozza
    e
    Chiarire ciò che è aperto: {}
    Raccogliere ciò su cui si basa: {}
    Eseguire: {}
    Verificare il risultato su: {}
    Dati e requisiti
    Modi di procedere
    Rischi e verifiche
    Tratta: {}
    Rispetta i dati forniti: {}
    Una delle opzioni ({}) è raccomandata, con le ragioni
    Una via è raccomandata, con le ragioni
    {} parti si possono trattare separatamente: {1}
    Si chiede: {}
    La richiesta parla di {}
    In {} parti: {1}`,
  pt: `
    Resposta do modelo de demonstração integrado no Muster (muster/offline): trabalha com as palavras e os números do pedido e não sabe mais nada.
    Resumo
    Comparação
    Recomendação
    Esboço
    Cálculo
    Factos dados
    Termos-chave
    Critério
    Ideia
    Ponto forte
    Limite
    Serve quando
    fraco
    médio
    bom
    Por esclarecer
    O que diz o texto
    o texto nada diz sobre isto
    Objetivo
    Partes
    Concluído quando
    Pontos em aberto
    Resultados
    O pedido não contém nenhum texto que responda. Pergunta-se por: {}
    {} – a melhor avaliada em {1}
    Segunda escolha: {} – {1}
    Começar por {}, nomeado primeiro, e verificar em cada critério; o pedido não dá nenhum facto que decida
    Traduzir exige conhecer as palavras da outra língua, que este modelo não conhece. Estas partes devem ficar iguais em qualquer tradução
    Estrutura
    Olá! Diga o que deve ser feito e em que condições: uma comparação, um plano, um resumo, um cálculo
    Valor
    Tipo
    {} no total
    Coberto: {}
    Falta: {}
    Retomado dos comentários
    Via {}
    Retirado de
    Para cada opção
    Resultado de {}
    Rascunho
    e
    Esclarecer o que está em aberto: {}
    Reunir aquilo em que se apoia: {}
    Realizar: {}
    Verificar o resultado com: {}
    Dados e requisitos
    Modos de fazer
    Riscos e verificações
    Trata: {}
    Respeita os factos dados: {}
    Uma das opções ({}) é recomendada, com as razões
    Uma via é recomendada, com as razões
    {} partes podem tratar-se em separado: {1}
    Pede-se: {}
    O pedido fala de {}
    Em {} partes: {1}`,
};
