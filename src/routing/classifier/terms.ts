// The words that the classifier listens for, in several languages. `*` ends a stem. Accents do not count: é is e, and
// й is и. Which words point where is not decided here: the weights are fitted.

export const termKinds = [
  'simple',
  'chat',
  'lookup',
  'why',
  'reasoning',
  'maths',
  'code',
  'constraint',
] as const

export type TermKind = (typeof termKinds)[number]

/** Words of scripts that put spaces between words, and have small and capital letters. */
export const spacedTerms: Readonly<Record<TermKind, string>> = {
  simple: `translat* summar* summary shorten* shorter rephras* reword* rewrit* proofread* spell* spelling grammar list
    name names convert* extract* classify categori* capitalize capitalise sort count round rename headline hashtag*
    synonym* opposite* plural singular definition define quote correct fix format polite simpler bullet* translation
    ubersetz* zusammenfass* fasse kurz kurze kurzer korrigier* rechtschreib* nenne liste uberschrift
    tradui* resume* resumer corrige* liste donne traduc* traduz* resum* corrig* ortograf* escribe dame
    riassum* elenca scrivi traduci vertaal* vat vertal* перевед* исправ* перескаж* сократ* назов* cevir* przetlumacz*`,
  chat: `hi hello hey thanks thank please welcome bye hallo danke bitte bonjour salut merci hola gracias ciao grazie ola
    obrigad* привет спасибо пожалуйста dank dziekuje merhaba`,
  lookup: `what who when where which was wer wann wo wie welche* quel quelle qui quand ou combien cual quien cuando
    donde cuanto* qual quale chi quando quem onde quanto* какая какой кто когда где сколько wat wie wanneer waar
    jaka kto kiedy gdzie capital haupstadt hauptstadt capitale столица hoofdstad stolica word mean means meaning
    bedeutet signifi* weather timer joke recipe birthday`,
  why: `why how warum wieso weshalb pourquoi comment por porque perche come почему зачем как waarom hoe dlaczego neden`,
  reasoning: `prove* proof* proving disprov* deriv* deduc* demonstrat* justif* argu* analys* analyz* compar* evaluat*
    assess* critici* critical* design* architect* plan* strateg* trade-off* tradeoff* optimi* optimal* reason* infer*
    hypothes* diagnos* investigat* root cause* causal* counterexample* contradict* implication* implies generali*
    interpret* model* assum* estimat* determine* invariant* feasib* negotiat* propos* weigh* tight flaw* fair
    settlement* stable unstable consequence* objection* redesign* reconstruct* identif* loophole* experiment*
    beweis* beweise zeige leite herleit* begrund* vergleich* analysier* entwirf* entwickl* berechn* verallgemein*
    ursache* losung* strategie* demontr* prouv* justifi* concois concev* evalu* deduis analys* propos* calcul*
    demuestr* demostr* disen* analiz* compar* evalu* deriv* formul* calcul* razon* dimostr* progett* confront* valut*
    demonstr* projet* explique* докаж* доказ* спроектир* проанализир* сравн* оцен* контрпример* объясн*
    bewijs* ontwerp* analyseer* vergelijk* udowodn* porown* zaprojekt* kanitla* acikla* adim*`,
  maths: `theorem* lemma* integral* derivative* prime primes irrational* matrix matrices eigenvalue* probabilit*
    equation* differential* polynomial* converg* diverg* recurrence* graph graphs vertices bound bounded group cyclic
    operator* continuous expected random* satz primzahl* summe* reihe wahrscheinlich* korper wurzel* theoreme
    premier* integrale suite racine* matrice* irracional* raiz numeros ecuacion* probabilid* teorema insieme numerabile
    soma poligono angul* прост* теорем* числ* сходи* вероятност* boom knopen pierwiast* niewymiern* asal karekok*
    irrasyonel* theta sigma sqrt frac int sum infty`,
  code: `algorithm* complexity function* class code implement* refactor* debug* compil* parser* thread* lock* deadlock*
    race concurren* async* queue* cache* database* schema* query* sql join index* shard* partition* distributed
    latency p99 throughput kubernetes protocol* typescript rust java python c segfault bug bugs test tests heap tree
    binary hash* stream* memory leak* migrat* deploy* rollback* replica* consisten* linearizable raft paxos
    laufzeit architektur* anfragen datenbank* algorithmus algorithme* requete* ordonnanceur* interblocage algoritmo*
    consulta* hilo алгоритм* очеред* систем* algoritme* select group`,
  constraint: `must without every each all exactly never always unless only both least most between before after
    constraint* assuming given step steps ohne jede jeder jedes zwei drei sans chaque sin cada paso senza ogni sem
    passo без кажд* zonder elke`,
}

/** The same for scripts that do not: they are found anywhere. */
export const unspacedTerms: Readonly<Record<TermKind, string>> = {
  simple: '翻译 翻譯 总结 概括 列出 改写 要約 翻訳 訳して 訳す 直して 번역 요약 ترجم لخص',
  chat: '你好 谢谢 請 こんにちは ありがとう おはよう 안녕 감사 مرحبا شكرا',
  lookup: '哪里 哪个 什么 是谁 首都 几点 どこ だれ いつ 何で 어디 누구 언제 수도 ما هي من هو عاصمة',
  why: '为什么 為什麼 如何 怎么 なぜ どうして 왜 어떻게 لماذا كيف',
  reasoning:
    '证明 證明 推导 分析 设计 設計 论证 权衡 比较 評価 证 步骤 每一步 証明 比較 分析 提案 導出 段階 戦略 最適 解決 증명 분석 비교 설계 단계 أثبت حلل برهان خطوة',
  maths: '素数 质数 概率 方程 积分 矩阵 分布 似然 无理数 無理数 確率 方程式 行列 소수 확률 مجموع مثلث زوايا',
  code: '算法 并发 程序 死锁 系统 代码 数据库 瓶颈 アルゴリズム 計算量 分散 システム 一貫性 코드 경쟁 알고리즘',
  constraint: '必须 所有 每个 三つ すべて 必ず 모든',
}
