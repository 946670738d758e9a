/**
 * Words that say how much work a request is, in fifteen languages. A term ends with `*` where any ending may follow
 * (`prov*` is not enough, `prove*` is); terms of Chinese, Japanese, Korean, Arabic and Hindi are found anywhere in a word. No term was
 * taken from the evaluation's hold-out.
 */

export const MARKER_KINDS = [
  "proof",
  "depth",
  "systems",
  "legal",
  "medical",
  "build",
  "analysis",
  "constraint",
  "deliverable",
  "trivial",
  "longform",
  "transform",
] as const;
export type MarkerKind = (typeof MARKER_KINDS)[number];

/** Terms parted by `|`. */
export const MARKER_WORDS: Readonly<Record<MarkerKind, readonly string[]>> = {
  proof: [
    "prove|proves|proof|proofs|derive|derives|derivation*|lemma*|theorem*|rigor*|rigour*|asymptotic*|counterexample*|best constant|closed form|axiom*|corollar*|bijecti*|homomorphi*|topolog*|equilibrium|eigen*|stochastic*|martingale*|inequalit*|convergen*",
    "beweis*|zeige, dass|zeigen sie, dass|herleit*|leite her|satz von|stetig*|messbar*|gegenbeispiel*|ungleichung*|auswahlaxiom",
    "démontre*|prouve*|déduis*|théorème*|lemme|contre-exemple*|rigoureu*|inégalité*|convergence",
    "demuestr*|demostr*|deduzc*|teorema*|contraejemplo*|rigur*|desigualdad*|demonstre|demonstr*|prove que|dimostr*|dedurre|rigoros*",
    "докаж*|доказател*|выведи*|теорем*|неравенств*|сходимост*|контрпример*|udowodn*|dowód|bewijs*|stelling|kanıtla*|ispatla*|bevisa*",
    "证明|證明|推导|定理|不等式|反例|严格|証明|導出|厳密|증명|유도하|정리|أثبت|برهن|متباينة|सिद्ध",
    "irreducib*|integral*|manifold*|finite field*|galois|by induction|upper bound|lower bound|tight bound|np-hard|np-complete|polynomial time|convex*|lagrang*|fourier|markov|estimator*|unbiased|maximum likelihood|bayesian|necessary and sufficient|if and only if|uniqueness|existence|differential equation*|diophantine|modular arithmetic|prime factor*|cohomolog*|functor*|lipschitz|spectral",
    "untere schranke|obere schranke|notwendig und hinreichend|genau dann|eindeutigkeit|existenz|differentialgleichung*|primzahl*|konvex*|induktion|borne supérieure|borne inférieure|condition nécessaire|unicité|récurrence|équation différentielle|nombres premiers|convexe*|cota superior|cota inferior|condición necesaria|unicidad|inducción|ecuación diferencial|números primos|condição necessária|indução|equação diferencial|números primos|per induzione|condizione necessaria|по индукции|необходимо и достаточно|единственност*|дифференциальн*|простых чисел|充要条件|归纳法|微分方程|素数|收敛|上界|下界|必要十分条件|帰納法|微分方程式|収束|귀납법|미분방정식|필요충분조건|소수",
  ],
  depth: [
    "hypothes*|interplay|interact with each other|trade-off*|tradeoff*|identifiab*|prior|priors|adversar*|contradict*|reconcile|reconcil*|objection*|scenario*|probabilit*|mechanism*|differential|rule out|ruled out|regime*|robust*|worst case|worst-case|every stage|each stage|at every|edge case*|assumption*|implication*|quantif*|uncertain*|confounding|confounder*|causal*|counterfactual*|failure mode*|guarantee*|exhaustive*|unreliable|ambigu*|first principles|second-order|strongest|mutually exclusive|defend*|critique of|every interleaving|root cause|bisect|novel approach|state of the art|open problem|threat model*|game-theor*|sensitivity analysis|incentive*",
    "zusammenspiel|annahme*|begründe jede|jede annahme|rückfall*|nachweis*|szenari*|wahrscheinlichk*|einwand*|einwänd*|widersprü*|widerspricht|abweichung*|rechtsfolge*|wechselwirkung*|unsicherheit*|hypothese*|ursache-wirkung|gegenargument*|abwäg*|kausal*|stichhaltig*|im laufenden betrieb",
    "objection*|hypothès*|confronte*|défends|scénario*|contradictio*|garanti*|incertitude*|enjeux|interaction*|arbitrage*|postulat*|implications|probabilité*|contre-argument*|la plus forte",
    "hipótesis|objeci*|escenario*|contradicci*|incertidumbre|interacción|implicaciones|probabilidad*|refut*|sosteniendo|ironía|hipótese*|objeç*|cenário*|contradiç*|incerteza*|implicações|ipotesi|obiezion*|scenari|contraddizion*|incertezza|implicazion*",
    "гипотез*|сценари*|возражен*|противореч*|вероятност*|допущен*|неопредел*|взаимодейств*|компромисс*|hipotez*|scenariusz*|sprzeczno*|założe*|hypothese*|scenario's|tegenstrijdig*|aannames|varsayım*|senaryo*|çelişki*|olasılık*",
    "假设|反驳|情景|矛盾|不确定|权衡|论证|相互作用|因果|博弈|反对意见|仮説|反論|シナリオ|矛盾|不確実|相互作用|トレードオフ|가설|시나리오|반론|모순|불확실|상호작용|فرضي|سيناريو|تناقض|احتمال|परिकल्पना",
    "from scratch|end to end|end-to-end|formally|stress-test|red team|steelman|steel-man|competing|conflicting|irreversible|high-stakes|stakeholder*|prioritis*|prioritiz*|validity|internal validity|selection bias|endogen*|counterargument*|multi-year|long-term|second best|decision tree|expected value|monte carlo|real options|attack surface|post-mortem|postmortem|what would change your mind|every case|all cases|each case|invariants|invariant*|intermittent*|reproduce|bottleneck*|nuance*|epistem*|ontolog*|hermeneutic*|dialectic*",
    "von grund auf|widerstreitend*|unumkehrbar*|langfristig*|priorisier*|fehlerfäll*|sonderfäll*|zielkonflikt*|gegenmaßnahme*|stärkste*|jede stufe|jeder stufe|belastbar*|de bout en bout|contradictoire*|irréversible*|à long terme|cas limites|parties prenantes|compromis|contre-exemple|chaque étape|de extremo a extremo|contrapuest*|irreversible*|a largo plazo|casos límite|partes interesadas|cada etapa|ponta a ponta|conflitante*|irreversíve*|a longo prazo|casos extremos|partes interessadas|contrastant*|a lungo termine|casi limite|с нуля|долгосрочн*|крайние случаи|заинтересованн*|необратим*|从零开始|长期|边界情况|利益相关者|不可逆|每个阶段|逐一|ゼロから|長期|境界条件|利害関係者|不可逆|各段階|論拠|처음부터|장기적|경계 조건|이해관계자|단계별",
  ],
  systems: [
    "distributed|replicat*|consensus|leader election|raft|paxos|partitioned|isolation level*|read committed|serializab*|interleaving*|race condition*|deadlock*|p99|p95|shard*|failover|rollback|roll back|downtime|cut-over|cutover|migrat*|concurren*|lock-free|malloc|memory corruption|asan|valgrind|epoll|garbage collect*|compiler*|cryptograph*|x.509|exploit*|vulnerab*|dual-write|idempoten*|eventual consistency|byzantine|multi-tenant|zero trust|query plan*|optimiser|optimizer|real-time|microservice*|terraform|kubernetes|throughput|backpressure|legacy|monolith*|high availability",
    "verteilt*|nebenläuf*|ausfallsicher*|zertifikat*|verfügbarkeit|replikation|kritis|leitsystem*|parallelbetrieb|ablösung|altsystem*|verschlüssel*|wiederanlauf",
    "réparti*|distribué*|concurren*|sans interruption|tolérance aux pannes|haute disponibilité|chiffrement|bascule",
    "distribuid*|concurren*|migraci*|migraç*|sin interrupci*|alta disponibilidad*|tolerancia a fallos|tolerância a falhas|cifrado|criptograf*|distribuit*|migrazion*|senza interruzion*|alta disponibilità",
    "распредел*|конкурентн*|миграц*|репликац*|консенсус*|отказоустойч*|шардиров*|rozprosz*|współbieżn*|migracj*|gedistribueer*|dağıtık|eşzamanl*",
    "分布式|并发|一致性|迁移|死锁|事务隔离|高可用|零停机|共识|分散システム|分散|並行|整合性|移行|デッドロック|無停止|可用性|분산|동시성|일관성|마이그레이션|무중단|الموزع|التزامن|वितरित",
    "exactly-once|exactly once|crdt*|linearizab*|quorum|hypervisor|side-channel|side channel|formal verification|tla+|allocator|jit|kernel module|zero-copy|fault-toleran*|fault toleran*|disaster recovery|blue-green|slo|capacity planning|data race*|memory leak*|use-after-free|buffer overflow|undefined behavio*|abi|bytecode|type inference|type system|tail latency|head-of-line|congestion control|write-ahead|mvcc|vector clock*|gossip|split brain|split-brain|byzantin*|homomorphic|zero-knowledge|post-quantum|key rotation|mtls|oauth|safety-critical|scada|plc|firmware|fpga|gpu kernel|cuda|simd|numerical stability|event sourcing|saga pattern|change data capture|cdc|multi-region|cross-region|active-active|petabyte*|terabyte*",
    "speicherleck*|wettlauf*|verklemmung*|ausfall|hochverfügbar*|mandantenfähig*|echtzeit*|sicherheitskritisch*|steuerungssystem*|fuite mémoire|temps réel|multi-région|interblocage*|réplication|sécurité critique|fuga de memoria|tiempo real|interbloqueo*|replicación|vazamento de memória|tempo real|replicação|tempo reale|replicazione|утечк*|реальн* времен*|гонк*|взаимоблокировк*|内存泄漏|实时|容灾|多活|分区容错|メモリリーク|リアルタイム|冗長化|多拠点|메모리 누수|실시간|이중화",
  ],
  legal: [
    "clause*|liabilit*|indemn*|statute*|gdpr|jurisdiction*|litigation|regulator*|processor|sub-processor*|tax treaty|withholding|antitrust|patent*|licensing|under english law|governing law|fiduciary|compliance|due diligence|insolven*|merger*|arbitration|transfer pricing|pillar two|force majeure",
    "klausel*|haftung|haftet|dsgvo|rechtslage|gesellschafter*|besteuerung|steuerlich*|gmbh|aufsicht|verordnung|schadensersatz|insolvenz*|kündigungsschutz*|kartellrecht*|urheberrecht*|lizenz*|rechtlich*",
    "clause|responsabilité|rgpd|juridi*|fiscal*|fiscalité|contentieux|droit applicable|brevet*|résiliation|jurisprudence",
    "cláusula*|responsabilidad*|rgpd|lgpd|jurídic*|fiscal*|tributa*|litigio*|jurisprudencia|jurisprudência|clausol*|responsabilità|giuridic*|fiscale|normativ*",
    "статья|ответственност*|юрид*|налогов*|арбитраж*|судебн*|klauzul*|odpowiedzialno*|podatk*|aansprakelijk*|juridisch*|sözleşme*|hukuk*|vergi*",
    "条款|合同纠纷|税务|法律|管辖|合规|条項|責任|税制|法的|準拠法|조항|법적|세무|책임|القانون|المسؤولية|कानूनी",
    "export control*|sanction*|contractual|damages|warranty|custody|inheritance|estate planning|double taxation|permanent establishment|data protection|controller|standard contractual clauses|schrems|securities law|class action|due process|precedent*|common law|civil law|treaty|treaties|whistleblow*|employment law|collective agreement|bankruptcy|escrow|ifrs|gaap|deferred tax|vat|reverse charge",
    "arbeitsrecht*|mietrecht*|vertragsrecht*|datenschutz*|grunderwerbsteuer*|umsatzsteuer*|erbrecht*|betriebsrat*|sozialplan*|droit du travail|droit des contrats|succession|indivision|tva|prud'hom*|derecho laboral|herencia|protección de datos|iva|direito do trabalho|herança|proteção de dados|diritto del lavoro|successione|трудов* прав*|наследств*|персональных данных|劳动法|继承|数据保护|増値税|労働法|相続|個人情報|노동법|상속|개인정보",
  ],
  medical: [
    "diagnos*|creatinine|warfarin|anticoag*|medication*|clarithromycin|lithium|contraindicat*|drug interaction*|kidney function|renal|hepat*|symptom*|patient*|dosage|dosing|mg/kg|sepsis|tumour*|tumor*|oncolog*|pharmac*|biopsy|pregnan*|comorbid*|on-call doctor|egfr|year-old",
    "diagnose*|medikament*|wechselwirkung*|niere*|patient*|symptom*|dosierung|nebenwirkung*|befund*",
    "diagnosti*|médicament*|posologie|patient*|symptôme*|rein*|insuffisance",
    "diagnóstic*|medicament*|paciente*|síntoma*|sintoma*|dosis|dosagem|renal|farmac*|diagnosi|paziente|farmaco|farmaci",
    "диагно*|препарат*|пациент*|симптом*|дозиров*|leków|pacjent*|objaw*|medicijn*|hasta*|ilaç*",
    "诊断|药物|患者|症状|剂量|診断|投薬|患者|症状|薬|진단|약물|환자|증상|تشخيص|دواء|المريض|निदान",
    "therapy|chemo*|pediatric*|paediatric*|surgery|surgical|allerg*|cardiac|insulin|lab results|platelet*|haemoglobin|hemoglobin|antibiotic*|arrhythmi*|stroke|seizure*|overdose|psychiatr*|withdrawal|immunosuppress*|transplant*|guideline*|triage|prognos*",
    "therapie*|blutwert*|allergie*|herzinsuffizienz*|schwanger*|operation|grossesse|allergie*|traitement|insuffisance rénale|alergia*|tratamiento|embaraz*|tratamento|gravidez|allergi*|gravidanza|беременн*|лечени*|аллерг*|治疗|过敏|妊娠|治療|アレルギー|치료|알레르기|임신",
  ],
  build: [
    "design|designing|implement*|refactor*|architect*|build|develop|plan|schedule|itinerary|roadmap|write a function|write a class|function that|script that|class that|endpoint*|filter that|solver*|parser*|dockerfile|docker compose|pipeline*|import of|migrate|add tests|with tests|unit test*|draft|propose|prepare|organise|organize|set up|work out|clean a|automate*|simulate*|optimi*|model for|speech|dialogue|shanty",
    "entwirf|entwerf*|entwickl*|implementier*|erstelle|erarbeite*|plane|plan für|schreibe ein*|baue|programmier*|konzept*|abschiedsrede|rede|entwurf|bereite|berechne",
    "conçois|concevoir|développe*|implémente*|propose|élabore*|rédige*|planifie*|prépare|organise|écris en|écris un|aide-moi|programme un|solveur",
    "diseña*|desarrolla*|implementa*|elabora*|redacta*|planifica*|organiza*|prepara|escribe un|propón|monte um|monta|crie um|escreva um|desenvolv*|projete|planeje|elabore|progetta*|sviluppa*|scrivi un|pianifica*|prepara*|organizza*",
    "спроектир*|разработ*|реализуй*|составь*|напиши функци*|напиши скрипт*|подготов*|построй*|организу*|zaprojekt*|napisz funkcj*|opracuj|zaplanuj|przygotuj|ontwerp*|ontwikkel*|schrijf een|maak een|tasarla*|geliştir*|planla*|hazırla*|yaz",
    "设计|实现|制定|编写|写一个|写一条|规划|开发|优化|重构|撰写|設計|実装|計画|作成|書いて|開発|提案|企画|설계|구현|작성|계획|개발|제안|صمم|خطط|طور|اكتب دالة|أعدّ|बनाएं|लिखें|योजना",
  ],
  analysis: [
    "explain*|why|compare*|comparing|analys*|analyz*|difference*|evaluate*|assess*|recommend*|decide|pros and cons|review|causes|critique*|argue*|argument*|justify|label each|classify each|merging|group*|what would you check|break-even|how does|how would|what pins|prevent|diagnose the|interpret*|discuss*|positions|weigh*",
    "erkläre*|erläuter*|warum|vergleich*|analysier*|bewerte*|unterschied*|ursache*|begründ*|beurteil*|prüfe*|woran liegt|empfiehl*|vor- und nachteil*|extrema|einordn*",
    "explique*|pourquoi|compare*|analyse*|différence*|évalue*|causes|justifie*|relève*|débattue*|pesant|avantages|décider|critères|diagonalise*",
    "explica*|por qué|compara*|analiza*|diferencia*|evalúa*|causas|ventajas|conviene|recomiend*|por que|diferenç*|analise|avalie*|prós e contras|vantagens|spiega*|perché|confronta*|analizza*|differenz*|valuta*|vantaggi",
    "объясн*|почему|сравни*|проанализ*|отлич*|оцени*|причин*|разница|обоснуй*|wyjaśnij|dlaczego|porównaj|przeanalizuj|różnic*|oceń|uitleggen|leg uit|waarom|vergelijk*|verschil*|açıkla*|neden|karşılaştır*|analiz*|değerlendir*|förklara|jämför",
    "解释|为什么|比较|分析|区别|评估|原因|优缺点|建议|利弊|説明|なぜ|比較|分析|違い|評価|原因|理由|教えてください|설명|왜|비교|분석|차이|평가|원인|اشرح|لماذا|قارن|حلل|الفرق|أسباب|समझाइए|क्यों|तुलना",
  ],
  constraint: [
    "must|at most|at least|no more than|without|budget|only|except|unless|exactly|within|respect*|keeps|keep|never|avoid*|safe to|rejects|ignoring|each|every|per|if|where there|from memory|instead of|max|maximum|minimum|so that|while|limit*|on top of|including|both",
    "höchstens|mindestens|ohne|nur|muss|müssen|jede|jeder|jedes|jeden|sodass|falls|wenn|innerhalb|pro|einschließlich|während|außer",
    "sans|au plus|au moins|seulement|chaque|chacun|doit|maximum|uniquement|si|sauf|entre|avec|tout en|par|ne pas",
    "sin|como máximo|al menos|solo|sólo|cada|debe|máximo|si|excepto|con|sem|no máximo|pelo menos|apenas|deve|com|entre|por|senza|al massimo|almeno|ogni|deve|solo",
    "без|не более|не менее|только|каждый|каждого|должен|если|максимум|кроме|bez|najwyżej|co najmniej|tylko|każd*|zonder|hoogstens|minstens|alleen|elke|olmadan|en fazla|en az|sadece|her",
    "不超过|至少|只能|必须|每个|如果|预算|保留|不能|并且|需要|以内|最大|以下|のみ|必ず|各|予算|場合|含めて|つき|付けて|せずに|최대|최소|반드시|각|예산|경우|بدون|على الأقل|يجب|كل",
  ],
  deliverable: [
    "table|csv|report|tests|test|steps|examples|two examples|list of|checklist|shopping list|summary|brief|justification|reason|reasons|explanation*|alternatives|criteria|risks|metrics|with owner|timeline|phases|procedure|in order|cases|documentation|version|columns|open questions|leading indicators|next steps",
    "tabelle|bericht|schritte|beispiele|tests|liste|risiken|kriterien|zeitplan|reihenfolge|zuständig*|ablauf|werkzeuge|begründung|maßnahmen|alternativen",
    "tableau|rapport|étapes|exemples|tests|liste|risques|critères|calendrier|grille|complexité|questions à poser|message|points forts|points faibles",
    "tabla|informe|pasos|ejemplos|pruebas|lista|riesgos|criterios|cronograma|supuestos|inversión|tabela|relatório|passos|exemplos|testes|riscos|critérios|cronograma|revisões|simulados|tabella|rapporto|passi|esempi|rischi|criteri",
    "таблиц*|отчет*|отчёт*|шаги|пример*|тесты|список|риски|критери*|этап*|tabel*|raport*|kroki|przykład*|ryzyk*|stappen|voorbeelden|risico*|tablo|rapor|adım*|örnek*",
    "列表|表格|报告|步骤|例子|测试|清单|风险|标出|两种|三方面|分阶段|列出|表|報告|手順|例|テスト|リスト|リスク|雨天案|会話例|표|보고서|단계|예시|테스트|목록|위험|جدول|تقرير|خطوات|مثال|أمثلة|तालिका",
  ],
  trivial: [
    "hi|hello|hey|thanks|thank you|good morning|good night|good evening|bye|how are you|joke|congratulat*|happy birthday|ok|okay|sure|yes|no|perfect|great|what is|what's|who is|who was|when did|when was|where is|in which year|how many|how much|how long|how tall|how far|capital of|stand for|define|definition of|synonym*|antonym*|plural|spell|translate|fix the grammar|grammar|title case|upper case|lowercase|one word|one sentence|in three words|give a title|convert|percent of|average of|area of|solve|which language|positive or negative|spam|extract the|name one|suggest a name|haiku|short|formula to|how do i write|command to|another one|turn on|turn off|weather|remind me|set a timer|is it|is a|is this|rhyme*",
    "hallo|guten morgen|guten tag|guten abend|gute nacht|danke|tschüss|wie geht|witz|was ist|was heißt|was bedeutet|wer ist|wer war|wann|wie viel*|wie hoch|wie lange|hauptstadt|übersetze|korrigiere|rechtschreib*|synonym*|mehrzahl|rechne|geteilt durch|prozent von|schalte|wie spät|stimmung|kurz|gib datum|welche rechnungsnummer",
    "bonjour|bonsoir|salut|merci|au revoir|ça va|blague|qu'est-ce que|quelle est|quel est|qui est|combien|en quelle année|capitale|traduis|corrige*|orthographe|synonyme*|pluriel|souhaite|nom pour|courte|allume|éteins|météo|comment enlever|est-ce|est-il",
    "hola|buenos días|buenas noches|gracias|adiós|cómo estás|chiste|cuál es|qué es|quién|cuándo|cuánto*|cuántos|capital de|traduce|corrige|ortografía|sinónimo*|corto|enciende|apaga|añade|recuérda*|cómo se dice|clasifica|cómo imprimo|cómo se limpia|oi|olá|bom dia|obrigad*|tchau|tudo bem|qual|quanto*|quem|quando|traduza|corrija|sinônimo*|resuma em uma|classifique|ciao|buongiorno|grazie|buona serata|arrivederci|qual è|chi è|quanto|quando|traduci|correggi|estrai|sinonimo",
    "привет|здравствуй*|спасибо|пока|как дела|сколько|столица|переведи|кто такой|что такое|когда|исправь|синоним*|как получить|cześć|dzień dobry|dziękuję|ile|stolica|przetłumacz|popraw|kiedy|kto|hoi|dank je|bedankt|hoeveel|hoofdstad|vertaal|verbeter|merhaba|teşekkür*|nasılsın|kaç|başkenti|çevir|düzelt|hej|tack|hur mår",
    "你好|谢谢|再见|是多少|什么时候|翻译|首都|多少|怎么说|同义词|怎么|是什么|こんにちは|ありがとう|おはよう|さようなら|元気|何ですか|いつ|翻訳|訳して|首都|関数は|一文で|いくつ|안녕|감사|고마워|번역|수도|언제|몇|무엇|مرحبا|شكرا|كيف حالك|ترجم|عاصمة|كم|متى|ما هو|ما هي|नमस्ते|धन्यवाद|राजधानी|अनुवाद",
  ],
  longform: [
    "chapter|novel|essay|sonnet|pentameter|tetrameter|rhyme scheme|abab|stanza*|000 words|500 words|long-form|narrat*|screenplay|volta|scansion|pun|acrostic|whitepaper|thesis|dissertation|two pages|monograph|unreliable narrator|allegor*|epic|villanelle|sestina",
    "kapitel|roman|aufsatz|sonett|versmaß|reimschema|novelle|erzähl*|hexameter|essay",
    "chapitre|roman|dissertation|essai|alexandrin*|sonnet|nouvelle|pages|récit",
    "capítulo|novela|ensayo|soneto|palabras|crónica|cronista|ensaio|romance|soneto|palavras|conto|saggio|capitolo|romanzo|sonetto|endecasillab*",
    "глава|главу|роман|эссе|сонет|поэм*|rozdział|powieść|esej|hoofdstuk|roman|bölüm|deneme",
    "小说|章节|散文|论文|七律|十四行|绝句|小説|章|随筆|論文|俳句連作|소설|에세이|논문|رواية|قصيدة|مقال|उपन्यास|निबंध",
    "novella|sestina|iambic|monologue|saga|poem cycle|satire|pastiche|stream of consciousness|literary|villanelle|terza rima|epistolary|magical realism|short story|prologue|world-building|worldbuilding|character arc*|subtext|metre|meter and rhyme|heroic couplet*",
    "kurzgeschichte*|monolog*|satire|briefroman*|binnenreim*|jambus|jambisch*|gedichtzyklus|monologue|nouvelle de|pastiche|vers libres|rimes|sonnet|cuento|monólogo|sátira|rimas|endecasílabo*|crônica|monólogo|rimas|racconto|monologo|рассказ|монолог*|сатир*|рифм*|短篇|独白|讽刺|押韵|格律|短編|独白|風刺|韻|단편|독백|풍자|운율",
  ],
  /** Work on a text that comes with the request, mostly behind a colon. */
  transform: [
    "translate*|summarise*|summarize*|summary of|rewrite|rephrase|paraphrase|proofread|fix the grammar|correct|correct this|extract*|classify|label each|give a title|title case|make this|shorten|convert this|list all|list every|turn this|turn these|unify|tl;dr|tldr",
    "übersetze*|übersetz|fasse|zusammenfass*|umschreib*|formuliere*|schreibe den|schreib den|korrigiere*|extrahier*|klassifizier*|kürze|mache eine tabelle|gib datum|verbessere|wandle",
    "traduis*|traduire|résume*|réécris*|reformule*|corrige*|extrais*|classe|classifie*|raccourcis|regroupe*|relève*",
    "traduce|traduzca|resume|resumir|reescribe|reformula|corrige|extrae|clasifica|acorta|traduza|resuma|reescreva|reformule|corrija|extraia|classifique|encurte|traduci|riassumi|riscrivi|riformula|correggi|estrai|classifica|accorcia",
    "переведи*|перескажи|резюмируй|сократи|перепиши|исправь|извлеки|классифицируй|przetłumacz|streść|popraw|przeredaguj|wyodrębnij|vertaal|vat samen|herschrijf|verbeter|haal uit|çevir|özetle|düzelt|yeniden yaz|översätt|sammanfatta",
    "翻译|總結|总结|概括|改写|润色|提取|抽取|分类|纠正|翻訳|訳して|要約|書き換え|言い換え|抽出|分類|校正|번역|요약|고쳐|추출|분류|ترجم|لخص|صحح|استخرج|صنف|अनुवाद|सारांश",
  ],
};
