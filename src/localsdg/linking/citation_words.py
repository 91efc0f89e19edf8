"""The words around a number that make it an SDG citation, or somebody else's.

Six languages are side by side in every set, because local texts mix them.
All words are in lower case. What decides with them is `cited.py`.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Names that belong to the Agenda alone. `odd` counts in capitals only ("the odd 6").
AGENDA_NAMES = (
    r"sdg(?:['’]?s)?|ods|odd|sustainable development goals?|objetivos? de desarrollo sostenible"
    r"|objetivos? de desenvolvimento sustent[áa]vel|objectius? de desenvolupament sostenible"
    r"|objectifs? de d[ée]veloppement durable|ziel(?:e|en|s)? f[üu]r (?:eine )?nachhaltige entwicklung"
)
#: Often the Agenda's, sometimes an organisation's own: the words around are asked too.
OWNABLE_NAMES = r"(?:un[- ]|globale[sn]? )?nachhaltigkeitsziel(?:e|en|s)?"

GOAL_WORDS = r"goals?|objetivos?|objectifs?|objectius?|ziel(?:e|en|s)?"
TARGET_WORDS = r"targets?|metas?|cibles?|fita|fites|zielvorgaben?|unterziel(?:e|en|s)?"
INDICATOR_WORDS = r"indicators?|indicador(?:e?s)?|indicateurs?|indikator(?:en|s)?"
SINGULAR = _words("""
    goal objetivo objectif objectiu ziel ziels target meta cible fita zielvorgabe unterziel unterziels
    indicator indicador indicateur indikator indikators
""")

#: What may come before `Goal 6` when nobody else owns it: no adjective, no noun, no number,
#: no possessive, no indefinite article ("our goal 5", "strategic goal 3", "un objectif 6").
BEFORE = _words("""
    the this that these those of to and or on in under for with by from between towards toward against
    per via through see e.g. i.e. is are as than within namely including includes especially specifically
    particularly also both global globally meet meets meeting achieve achieves achieving reach
    reaching supports support supporting advance advances advancing contribute contributes address
    addresses addressing implement implements implementing related relating relevant linked covers
    covering fulfil fulfils fulfilling localise localize serves serving
    el la los las del al de en y e o u con para por sobre hacia según entre este esta estos estas
    cumplir cumple alcanzar lograr apoya apoyar contribuye como también incluye véase ver
    l le les du des à au aux et ou sur pour par dans vers avec selon ce cet cette ces atteindre voir dont
    der die das des dem den zu zum zur und oder im in mit von vom für gegen bei beim auf laut nach dieses
    diesem diese erreichen unterstützt siehe zwischen globale globales globalen
    els dels als pel pels i amb per cap segons aquest aquesta aquests assolir entre
    o a os as do da dos das ao à aos às no na nos nas pelo pela com sob este esta alcançar
""") - {"a"}

#: Words before `Goal 6` that make it somebody's own; any adjective of English or German does.
OWNER = (
    r"\w*(?:ic|al|ar|ive|ary|ory|ing|ed|en[dt]|ment|ion|ty|isch\w*|lich\w*|ig\w*|ings|ions)"
    r"|our|your|my|his|her|its|their|whose|a|an|any|each|every|no|one|first|second|third|main|key|own"
    r"|next|new|old|core|team|life|city|town|youth|club|sales|business|sports?|plan\w*|project|program\w*"
    r"|council|policy|strategy|climate|park\w*|priority|stretch|home|away|penalty|winning|late|early|scores?"
    r"|unser\w*|ihr\w*|sein\w*|mein\w*|eine?\w*|jede\w*|erste\w*|zweite\w*|neue\w*|kein\w*"
    r"|nuestr\w*|su|sus|mi|tu|un|una|primer|segundo|tercer|nuev\w*|cada|ningún|otro|gran"
    r"|notre|nos|votre|vos|son|ses|leurs?|mon|une|premier|deuxième|second|autre|chaque"
    r"|nostre|nostra|seu|seva|sua|meu|nosso|um|uma|primeiro"
)

#: What may follow `Goal 6`: joining words, verbs of citing, and the first words of the goals' own names.
AFTER_GOAL = _words("""
    and or is are was has have which that aims aim calls call seeks seek requires states focuses refers
    covers includes concerns addresses highlights also as by for in on through under with within at from
    to will would can should must was were but while where when than
    no zero good quality gender clean affordable decent industry reduced reducing sustainable responsible
    climate life peace partnerships partnership end ensure achieve promote build reduce make take conserve
    protect strengthen
    y e o u es son era fue busca insta exige pretende plantea incluye incluyen persigue subraya promueve
    establece también que en para por con sobre hace hacen se llama está debe tiene como cuyo cuya
    fin hambre salud educación igualdad agua energía trabajo industria reducción ciudades producción
    acción vida paz alianzas garantizar poner lograr promover
    et ou est sont vise visent appelle prévoit porte concerne demande aussi qui dans pour sur par avec
    comme doit a égalité eau éducation faim bonne pas énergie travail réduction villes consommation lutte
    und oder ist sind war will fordert sieht verlangt nennt betrifft auch das die der im in mit bei zu
    zum für auf wird soll keine kein hochwertige geschlechtergleichheit sauberes bezahlbare menschenwürdige
    weniger nachhaltige nachhaltiger maßnahmen leben frieden partnerschaften gesundheit industrie
    i és són vol demana inclou també amb per fam salut educació igualtat aigua energia treball ciutats
    é são foi visa pede prevê inclui também com sem fome saúde educação igualdade água trabalho cidades
""")
#: After a target the words of time and place go: "target 1.5 by 2030" may be a quantity.
AFTER_TARGET = AFTER_GOAL - _words("""
    to by for in at from through under with within end zero no reduce reduced reducing life good
    en para por con dans pour par avec im bei zu zum für auf mit amb per com a se e life vida leben
    der die das
""")

#: Units: the number is a quantity, whatever comes before it.
UNITS = _words("""
    % ‰ € $ £ million millions billion billions thousand trillion percent percentage
    pct mio mia mrd bn euro euros eur usd dollar dollars dólares pound pounds kg km m2 ha kwh mw gw
    tonne tonnes tons degree degrees year years month months weeks days hours minutes minuten seconds
    millón millones mil miles grados toneladas año años mes meses semanas días horas minutos
    milions milió milers graus tones any anys setmanes dies hores minuts
    mille milliers milliard milliards pour-cent degrés ans mois semaines jours heures
    prozent prozentpunkte millionen milliarden tausend grad tonnen jahr jahre jahren monate monaten wochen
    tage tagen stunden
    milhão milhões bilhões anos dias
""")
#: Things that are counted: "the SDGs' 17 goals", "SDG 3 and 5 schools".
COUNTED = _words("""
    goals targets indicators people persons countries cities towns schools projects actions workshops
    partners women men children homes jobs meetings events others more participants pages points times
    objetivos metas indicadores personas países ciudades escuelas proyectos acciones talleres mujeres
    hombres niños empleos reuniones actos más otros
    objectifs cibles indicateurs personnes pays villes écoles projets ateliers femmes hommes enfants autres
    ziele unterziele indikatoren menschen personen länder städte schulen projekte maßnahmen frauen männer
    kinder weitere
    objectius fites persones països ciutats escoles projectes accions tallers dones homes altres
    pessoas cidades escolas projetos ações mulheres homens outros
""")

#: Somebody's own plan.
PLAN = (
    r"(?<!ex)plan(?!et|t)|\bpla\b|strat[eéè]g|estrat[eéè]g|roadmap|programm|\bprograma|\bcharter\b"
    r"|konzept|leitbild|hoja de ruta|feuille de route|full de ruta|manifesto|corporate|\bcompany"
)
#: Another frame of goals.
OTHER_FRAME = (
    r"\bmdgs?\b|\bodm\b|\bomd\b|millenni|milenio|mil·leni|mil[ée]nio|mill[ée]naire|jahrtausend|aichi"
    r"|sendai|kunming|agenda 20(?!30)\d\d|agenda 21\b|europ[ae] 20\d\d|connect 20\d\d|\biso \d|\bokr"
)
#: A match, not a meeting of the General Assembly.
SPORT = (
    r"\bminut|\bmin\b|\bscor|half[- ]?time|penalt|\bmatch(?:es)?\b|\bleague|\bliga\b|\bligue\b|\bpartido"
    r"|\bpartit\b|\bgoleador|goalkeeper|\bstriker|\btore?s?\b|halbzeit|\bkick|\bcup\b|\bcopa\b"
)
#: Words that bring the Agenda back after a plan: "our plan contributes to Goal 6".
BACK_TO_AGENDA = (
    r"\bsdgs?\b|\bods\b|agenda[ -]2030|2030[ -]agenda|sustainable development goals|global goals"
    r"|objetivos de des\w+ sust?\w*|objetivos de desarrollo sostenible|objectius de desenvolupament"
    r"|objectifs de d[ée]veloppement|nachhaltigkeitszie|united nations|naciones unidas|nations unies"
    r"|vereinte|nacions unides|nações unidas|contribu|aligned|in line with|linked|related|relacion"
    r"|vinculad|alinead|alinhad|beitrag|beiträg|trägt|lié|relié"
)
