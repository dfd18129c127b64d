"""How English reports speech: verbs, phrases and words around them, as data.

A new verb goes into the row of `VERBS` that says what follows it; its other forms are made by `inflections`.
Irregular ones are spelt out in `IRREGULAR`.
"""

from __future__ import annotations

import re


def word_set(listed: str) -> frozenset[str]:
    """Give the words of a list that is written as text.

    Examples
    --------
    >>> sorted(word_set("say tell"))
    ['say', 'tell']
    """
    return frozenset(listed.split())


# What follows the verb. CLAUSE: "said (that) talks go on". TELL: "told reporters that talks go on". ASK: "urged Iran to
# talk". JUDGE: "condemned the talks". VOW: "vowed to talk". LOOSE: as CLAUSE, but the verb has other meanings, so that
# without "that" or quotation marks only a person speaks by it. STRICT: never without them, unless after what was said.
# COLOUR: a way of saying, for direct speech alone.
# AS: reports only what something is said to be, "named the delay as the cause".
CLAUSE, TELL, ASK, JUDGE, VOW, LOOSE = "clause", "tell", "ask", "judge", "vow", "loose"
STRICT, COLOUR, AS = "strict", "colour", "as"

VERBS = {
    CLAUSE: """
        say announce stress emphasize emphasise declare insist reiterate underline underscore assert argue claim
        explain acknowledge admit concede confess reveal disclose remark tweet contend caution suggest
        predict repeat clarify lament reckon opine theorize elaborate proclaim joke quip highlight decree
        warn state confirm recommend propose reemphasize reemphasise re-emphasize re-emphasise reassert reconfirm
    """,
    TELL: "tell remind assure inform notify reassure",
    ASK: """
        urge ask advise beseech implore exhort request invite encourage instruct order beg command
        petition challenge press counsel entreat enjoin prod direct dare
    """,
    JUDGE: """
        accuse criticize criticise condemn welcome praise thank denounce hail laud slam blast applaud commend
        congratulate deplore decry lambaste lambast rebuke censure reject dismiss demand blame castigate chide
        ridicule mock rebuff salute refute advocate tout express voice deny bemoan deride disparage chastise
        admonish scold berate upbraid extol belittle bash assail pillory disavow repudiate question
        fault dispute contest rubbish trash lampoon satirize excoriate eulogize eulogise acclaim downplay
    """,
    VOW: "vow promise pledge threaten swear undertake",
    LOOSE: """
        want brush wave single take pay come pour cast heap lavish push
        give
        add note call describe point recall appeal dub label brand cite regret lash hit speak quote echo
        talk pronounce appreciate characterize characterise boast complain object apologize apologise plead protest
    """,
    STRICT: """
        allege affirm reaffirm report maintain observe conclude write comment post respond reply answer continue
        estimate agree speculate testify signal indicate judge specify recount concur convey extend offer renew
        mention outline hint imply detail restate rule relay confide attest share record inquire enquire lay place
        issue rail inveigh submit hold
        charge allow consider grumble counter retort venture intimate divulge posit profess rejoin
        sneer scoff preach teach gripe gloat rant shrug rage
    """,
    AS: "identify name evaluate assess compare liken depict portray rate defend refer attribute ascribe credit",
    COLOUR: """
        go laugh shout whisper cry exclaim yell mutter sigh begin interject wonder read chant put
        snap fume query murmur mumble growl bark bellow chuckle gasp groan grin hiss holler intone moan muse frown
        roar scream sob sniff snort stammer thunder wail boom gush enthuse bristle chime chip marvel
        reminisce implore vent crow coo croak grunt email text whoop rasp snarl smile
        drawl shriek scribble scrawl shoot fire
    """,
}

IRREGULAR = {
    "say": ["says", "said", "saying"],
    "tell": ["tells", "told", "telling"],
    "admit": ["admits", "admitted", "admitting"],
    "quip": ["quips", "quipped", "quipping"],
    "rebut": ["rebuts", "rebutted", "rebutting"],
    "dub": ["dubs", "dubbed", "dubbing"],
    "beg": ["begs", "begged", "begging"],
    "slam": ["slams", "slammed", "slamming"],
    "write": ["writes", "wrote", "written", "writing"],
    "swear": ["swears", "swore", "sworn", "swearing"],
    "beseech": ["beseeches", "besought", "beseeching"],
    "go": ["went"],
    "give": ["gives", "gave", "giving"],
    "scream": ["screams", "screamed", "screaming"],
    "shoot": ["shot", "shoots"],
    "begin": ["began", "begins"],
    "hit": ["hit", "hits", "hitting"],
    "speak": ["spoke", "speaks", "speaking"],
    "signal": ["signals", "signalled", "signaled", "signalling", "signaling"],
    "label": ["labels", "labelled", "labeled", "labelling", "labeling"],
    "put": ["puts", "putting"],
    "lay": ["lays", "laid", "laying"],
    "refer": ["refers", "referred", "referring"],
    "regret": ["regrets", "regretted", "regretting"],
    "concur": ["concurs", "concurred", "concurring"],
    "read": ["reads"],
    "teach": ["teaches", "taught", "teaching"],
    "undertake": ["undertakes", "undertook", "undertaken"],
    "press": ["pressed", "presses", "pressing"],
    "object": ["objects", "objected"],
    "snap": ["snaps", "snapped", "snapping"],
    "sob": ["sobs", "sobbed", "sobbing"],
    "grin": ["grins", "grinned", "grinning"],
    "chip": ["chips", "chipped", "chipping"],
    "prod": ["prods", "prodded", "prodding"],
    "want": ["wants", "wanted"],
    "take": ["takes", "took", "taking"],
    "pay": ["pays", "paid", "paying"],
    "come": ["comes", "came", "coming"],
    "cast": ["casts", "casting"],
    "brush": ["brushes", "brushed", "brushing"],
    "shrug": ["shrugs", "shrugged", "shrugging"],
    "email": ["emails", "emailed", "emailing"],
    "text": ["texts", "texted", "texting"],
    "smile": ["smiled"],
    "chime": ["chimed"],
    "submit": ["submits", "submitted", "submitting"],
    "hold": ["holds", "held"],
}

# "put an emphasis on cheap loans"
_EMPHASIS = tuple(
    (f"{article}{noun} {preposition}", JUDGE)
    for article in ("", "an ", "great ", "special ", "particular ")
    for noun in ("emphasis", "stress")
    for preposition in ("on", "upon")
)
# Verbs that report only together with a particle, and what then follows.
PARTICLES = {
    "warn": (("of", JUDGE), ("about", JUDGE), ("against", JUDGE)),
    "caution": (("against", JUDGE), ("about", JUDGE)),
    "advise": (("against", JUDGE),),
    "ask": (("for", JUDGE), ("to know", CLAUSE)),
    "demand": (("to know", CLAUSE),),
    "press": (("for", JUDGE),),
    "admit": (("to", JUDGE),),
    "confess": (("to", JUDGE),),
    "rule": (("out", JUDGE),),
    "emphasize": (("on", JUDGE), ("upon", JUDGE)),
    "emphasise": (("on", JUDGE), ("upon", JUDGE)),
    "stress": (("on", JUDGE), ("upon", JUDGE)),
    "insist": (("on", JUDGE), ("upon", JUDGE)),
    "complain": (("of", JUDGE), ("about", JUDGE)),
    "boast": (("of", JUDGE), ("about", JUDGE)),
    "hint": (("at", STRICT),),
    "object": (("to", JUDGE),),
    "argue": (("for", JUDGE), ("against", JUDGE)),
    "plead": (("for", JUDGE), ("with", ASK)),
    "protest": (("against", JUDGE),),
    "apologize": (("for", JUDGE),),
    "apologise": (("for", JUDGE),),
    "call": (("on", ASK), ("upon", ASK), ("for", JUDGE), ("across", COLOUR), ("back", COLOUR), ("out", COLOUR)),
    "chime": (("in", COLOUR),),
    "chip": (("in", COLOUR),),
    "shoot": (("back", COLOUR),),
    "fire": (("back", COLOUR),),
    "point": (("out", CLAUSE),),
    "appeal": (("to", ASK), ("for", JUDGE), ("on", ASK)),
    "lash": (("out at", JUDGE),),
    "talk": (("of", STRICT),),
    "hit": (("out at", JUDGE), ("back at", JUDGE)),
    "speak": (
        ("out against", JUDGE),
        ("out in favour of", JUDGE),
        ("in favour of", JUDGE),
        ("in favor of", JUDGE),
        ("in support of", JUDGE),
        ("of", STRICT),
    ),
    "go": (("on", COLOUR),),
    "put": (("it", COLOUR), *_EMPHASIS),
    "lay": _EMPHASIS,
    "place": _EMPHASIS,
    "give": tuple(
        (f"{article}{kind}{noun}", ASK)
        for article in ("", "the ", "an ")
        for kind in ("", "clear ", "strict ", "immediate ")
        for noun in ("directives", "instructions", "orders", "directions", "order", "instruction", "directive")
    ),
    "issue": (
        ("directives", ASK),
        ("orders", ASK),
        ("a call for", JUDGE),
        ("an appeal for", JUDGE),
        ("a plea for", JUDGE),
        ("guidance", STRICT),
        ("a ruling", STRICT),
        ("a warning", STRICT),
        ("an order", STRICT),
        ("instructions", STRICT),
    ),
    "refer": (("to", AS),),
    "rail": (("against", JUDGE),),
    "inveigh": (("against", JUDGE),),
    "continue": (("by saying", CLAUSE),),
    "take": (("aim at", JUDGE), ("exception to", JUDGE)),
    "pay": (("tribute to", JUDGE), ("homage to", JUDGE)),
    "come": (
        ("out against", JUDGE),
        ("out strongly against", JUDGE),
        ("out in favour of", JUDGE),
        ("out in favor of", JUDGE),
        ("out in support of", JUDGE),
    ),
    "pour": (("scorn on", JUDGE),),
    "cast": (("doubt on", JUDGE), ("doubts on", JUDGE)),
    "heap": (("praise on", JUDGE), ("scorn on", JUDGE)),
    "lavish": (("praise on", JUDGE),),
    "push": (("back against", JUDGE), ("back on", JUDGE)),
    "scoff": (("at", JUDGE),),
    "sneer": (("at", JUDGE),),
    "frown": (("at", JUDGE), ("on", JUDGE), ("upon", JUDGE)),
    "bristle": (("at", JUDGE),),
    "fume": (("at", JUDGE), ("about", JUDGE), ("over", JUDGE)),
    "grumble": (("about", JUDGE), ("over", JUDGE), ("at", JUDGE)),
    "gripe": (("about", JUDGE),),
    "want": (("to know", CLAUSE),),
    "brush": (("aside", JUDGE), ("off", JUDGE)),
    "shrug": (("off", JUDGE),),
    "wave": (("away", JUDGE), ("off", JUDGE)),
    "single": (("out", JUDGE),),
}
# Forms that are nouns as often: they report only with "that" or marks after them.
NOUNS = word_set(
    """
    remarks reports claims comments notes calls demands promises threats states orders requests answers points
    quotes posts appeals estimates highlights signals hints voices labels brands slams boasts jokes regrets invites
    commands command repeats echoes hints boasts protests objects details protest hint boast object echo detail
    text texts emails email query smile smiles grin grins roar roars press presses challenge challenges petition petitions
    fault faults charge charges counsel counsels counters counter wave waves single singles direct bark barks shot shots
    attribute attributes credit credits crow sniffs wants want shrug shrugs dare talk talks chips record records
    shouts laughs cries whispers sighs murmurs screams dispute disputes contest contests
    claim report state note comment demand promise question questions place places issue issues rails
     request answer point quote call order post appeal
    estimate offer offers names rates extends rule rules welcome praise thanks
    """
)
# Verbs that do not report without one of their particles.
PARTICLE_ONLY = word_set(
    """
    point lash hit speak go appeal put lay place issue refer rail inveigh frown want give take pay come talk shoot fire
    pour cast heap lavish push brush wave single chime chip
    """
)
# Verbs that mean to go on speaking: the verb of saying after them reports.
GOING_ON = {"go": " on to ", "continue": " to "}


def inflections(verb: str) -> list[str]:
    """Give the forms of a verb other than its base form.

    Examples
    --------
    >>> inflections("deny")
    ['denies', 'denied', 'denying']
    """
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb.endswith("e"):
        return [f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"]
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return [f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"]
    third = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z")) else f"{verb}s"
    return [third, f"{verb}ed", f"{verb}ing"]


def _every_form() -> dict[str, str]:
    """Map each form of each verb to its base form."""
    forms = {}
    for row in VERBS.values():
        for verb in row.split():
            forms[verb] = verb
            forms.update(dict.fromkeys(inflections(verb), verb))
    return forms


LEMMAS = _every_form()

# "is of the view that"
HOLDING = word_set("view opinion belief conviction")
# Nouns that tell what somebody claims, wants or promises.
CLAIMING = word_set(
    """
    claim claims assertion assertions allegation allegations accusation accusations warning warnings promise promises
    pledge pledges vow vows call calls demand demands request requests appeal appeals plea pleas threat threats
    insistence
    suggestion suggestions contention complaint complaints assurance assurances prediction predictions charge charges
    argument denial admission
    """
)
# "in the words of", "by his account"
TELLING_WORDS = word_set("words account telling phrase reckoning")
# Every word at which a phrase of saying may stand.
CUE_FORMS = frozenset([*LEMMAS, "according", "made", "makes", "making", *HOLDING, *CLAIMING, *TELLING_WORDS])
# The signs that may follow it.
CUE_TAILS = frozenset(',|.|:|;|!|?|,”|.”|."|,"|)|”|…|—|–'.split("|"))  # noqa: SIM905
FRAMES = {verb: frame for frame, row in VERBS.items() for verb in row.split()}
# Words that are common and seldom report: what must follow them, so that most are passed over at once.
_AFTER_NOUN = (
    " that ",
    " for ",
    " to ",
    " by ",
    " from ",
    " made ",
    " issued ",
    " voiced ",
    " repeated ",
    " on ",
    " earlier ",
    " last ",
    " this ",
    " yesterday ",
    " today ",
)
_IS = (
    " is ",
    " came ",
    " was ",
    " were ",
    " has been ",
    " remains ",
    " remained ",
    " is:",
    " was:",
    " were:",
    " is,",
    " was,",
    " were,",
)
MUST_FOLLOW: dict[str, tuple[str, ...]] = {
    **{
        form: tuple(f" {particle}" for particle, _ in PARTICLES[verb])
        for verb in PARTICLE_ONLY
        if FRAMES[verb] == LOOSE and verb not in ("point", "lash", "hit", "speak", "appeal")
        for form in [verb, *inflections(verb)]
    },
    **{noun: _AFTER_NOUN + _IS for noun in CLAIMING - LEMMAS.keys()},
}

# Words before a verb after which it reports nothing: "to say", "will say", "was announced".
SILENCING = word_set(
    """
    to will would can could may might should must shall not never cannot is are was were be been being am n't isn’t
    wasn’t didn’t doesn’t don’t won’t wouldn’t didn't doesn't don't won't wouldn't the a an this no of if whether
    let's his her their its our my these those such any some every each your whose joint
    """
)
PASSIVE = word_set("is are was were be been being am")
# Between the subject and the verb.
HELPERS = word_set(
    """
    has have had also further then again later earlier once repeatedly recently already still too himself herself
    themselves itself simply often always even just now today yesterday initially previously furthermore meanwhile
    both all publicly so thus ever once since as well first finally jointly did does do moreover long twice
    nevertheless nonetheless instead therefore soon likewise elsewhere afterwards
    """
)
# Before a participle that reports: ", saying that", "while noting that".
PARTICIPLE_AFTER = word_set("while and by in of after before for")
# After these any verb reports, after the others only these gerunds: "after years of calling for talks".
SAYING_AFTER = word_set("while and by before")
GERUNDS = word_set("call urge accuse condemn criticize criticise demand denounce")
# Things show these too: "fell again, suggesting that", and nobody reports.
SHOWING = word_set("indicate signal suggest highlight underscore underline reveal testify")
# Nouns in small letters that can speak, besides offices and documents.
VOICES = word_set(
    """
    government governments ministry ministries administration company companies source sources media agency agencies
    newspaper newspapers paper daily magazine outlet outlets website network channel union bloc party parties
    parliament council committee commission body bodies group groups organization organisation organizations embassy
    office court bank department team army military force forces country countries state states nation nations
    people side sides critics observers others many some both all presidency police regime authorities opposition
    delegation association federation chamber panel board centre center institute fund firm publication press
    signatories protesters demonstrators residents witnesses participants investors businesses traders refugees
    families lawyers allies rivals majority minority public community institution watchdog think-tank monitor
    coalition alliance movement summit assembly congress senate cabinet kremlin tehran he she they men women man
    woman person users scholars students workers farmers producers exporters historians politicians dissidents
    villagers activists campaigners researchers neighbours relatives prosecutors soldiers rebels separatists
    insurgents delegates mediators organisers organizers unions firms banks colleagues teachers parents survivors
    fishermen miners drivers tanks think-tanks pilots sailors nurses
    passengers voters monitors inspectors regulators sceptics skeptics supporters opponents detractors insiders
    executives dealers peers commentators pundits militants militia militias hackers elders islamists locals
    predecessors friends grandparents ancestors forefathers
    mission secretariat directorate foundation club brotherhood faction leadership junta regulator operator carrier
    airline manufacturer supplier lender operators airlines lenders
    management crew jury tribunal inspectorate judiciary university hospital church diocese synod
    doctors scientists europeans americans duo pair trio ones
    judges jurors jury clerks crew staff crowd tribunal registry inspectorate bishops priests monks nuns students pupils
    mothers fathers widows captains patients clients tenants hospitals schools universities churches charities capitals
    kids children relatives bench shippers bureau university school hospital museum league laboratory
    """
)
# What follows a report as the article's own remark: ", a move that".
ASIDE = re.compile(
    r",\s(?:an?|the latest|one of the) (?:[\w-]+,? ){0,4}?(?:move|measure|claim|step|decision|remark|reference|"
    r"allegation|accusation|acknowledge?ment|admission|warning|"
    r"charge|development|statement|policy|position|idea|plan|demand|condition|event|gesture|"
    r"stance|view|assertion|suggestion|request|promise|threat|sign|figure|term|phrase|proposal|version|comparison|verdict|"
    r"finding|ruling|offer|appeal|complaint|rebuke|response|explanation|contention|notion)\b(?: (?:that|which|in|on|"
    r"for which|for|"
    r"of|widely|to|he|she|it|they|its|his|her|their|the|consistent|aimed|likely|intended|designed|meant|seen|viewed|"
    r"made|condemned|welcomed|criticized|criticised|backed|supported|shared|echoed|rejected|expected|[A-Z]\w+)\b|,)"
    r"|,\san act (?:that|which)\b|,\s(?:citing|referring|alluding|calling into (?:the )?question"
    r"|in (?:an? )?(?:[\w-]+ ){0,3}?(?:reference|allusion|response|rebuke|swipe|dig|jab|nod|answer) (?:to|at|of)"
    r"|without (?:giving|elaborating|providing|going|naming|saying|offering|specifying|mentioning|adding)"
    r"|which (?:means|meant|suggests|suggested|implies|implied|indicates|shows))\b"
)
# Of these nothing is said: "reiterated the same position".
EMPTY = re.compile(
    r"\s*(?:the|his|her|its|their|that|[A-Z]\w+['’]s) (?:[\w’']+ ){0,3}?(?:(?:positions?|stances?|views?)\b(?=[,.;]|$|"
    r" (?:of|on|about|regarding|in|to|towards?|as|for|against|and)\b)|(?:remarks?|points?)\b(?=[,.;]|$|"
    r" (?:in|at|during|to|while|after)\b))"
    # "said nothing, and left"; "said nothing would change" tells something
    r"|\s*(?:nothing|little|as much|not a word|a few words|(?:one|another|the same) thing|so)\b(?! (?:is|was|will|"
    r"would|can|could|has|had|should|must|far|many|much)\b)"
    r"(?=[,.;]|$| (?:and|or|but|about|of|to|in|at|for|since|again|too|himself|herself|more|else|either|when|while|"
    r"on|at|every)\b)"
)
AUXILIARIES = word_set("is are was were will has have had would should must can cannot could")
COORDINATING = word_set("and but or then yet")

# A subject ends at one of these, going back from the verb.
SUBJECT_BREAK = re.compile(
    r"[;:—–”,]\s|\s-+\s|"
    r"\b(?:that|but|while|because|although|though|after(?: which)?|before|when|where|since|if|unless|until|and|as|why|"
    r"(?:during|in|at|by|on|under|with|through) which)\s"
)
# The words of these, of which the last tells; where none stands, and no sign, no subject ends.
BREAK_WORDS = word_set(
    """
    that but while because although though after before when where since if unless until and as why which
    """
)
RELATIVE = word_set("which who whom whose what")

DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan\.|Feb\.|Aug\.|"
    r"Sept\.|Oct\.|Nov\.|Dec\.)"
)
# When and where something was said, between the verb and what was said.
TIME = re.compile(
    rf"\s*,?\s*(?:(?:just |only )?(?:late |early |earlier |later )?(?:on )?{DAY}"
    r"(?: (?:morning|afternoon|evening|night))?"
    rf"|(?:on |in )?{MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?)?(?:,? \d{{4}})?|on \d{{1,2}} {MONTH}"
    r"|(?:just |only )?(?:earlier |later )?(?:last|this|the same|the previous) "
    r"(?:week|month|year|day|morning|evening|night)"
    r"|under oath|on oath|in (?:public|private|passing|writing|court)|off the record|on the record"
    r"|earlier|later|today|yesterday|again|once again|once more|time and again|repeatedly|here|also|further"
    # "said in 2015 the world saw": without "that" the year belongs to what is said.
    r"|in \d{4}(?! (?:the|an?|[A-Z][\w’'.-]*) (?:[\w’'.-]+ ){1,6}?(?:[a-z]{2,}ed|was|were|had|saw|lost|won|"
    r"left|took|made|fell|rose|went|came|gave|became|began|broke|met|put|set|held|sold|sent|built)\b)"
    r"|(?:under|on) oath|on (?:the )?record|in (?:private|public)|privately|over the phone|by (?:phone|email|"
    r"e-mail|text)"
    r"|himself|herself|itself|themselves|afterwards?|in (?:the )?(?:strongest|strong|harshest|clearest|bluntest|"
    r"plainest|"
    r"no uncertain)(?: possible)? (?:terms|language|words)"
    r"|recently|publicly|explicitly|repeatedly|previously|bluntly|in part|in full|for his part|for her part|"
    r"for its part|in response|in reply|out|however|nevertheless|nonetheless|meanwhile|moreover|for example|"
    r"for instance|in turn|though(?=,)"
    r"|in (?:the )?(?:strongest|harshest|clearest|plainest|bluntest|strong|harsh|clear|plain|no uncertain|blunt)(?: "
    r"possible)? terms"
    r"|under oath|once and for all|in (?:no uncertain|so many) words|in private|in public"
    # "noted with deep regret the loss"
    r"|with (?:(?:great|deep|much|particular|some|real|profound) )?(?:satisfaction|regret|concern|appreciation|"
    r"pleasure|sorrow|alarm|gratitude|sadness|interest|disappointment)(?! (?:at|about|over|for|in)\b)"
    # "said four times that"; without "that" the count belongs to what is said.
    r"|(?:twice|(?:two|three|four|five|six|ten|several|many|numerous|countless|multiple) times|"
    r"on (?:two|three|several|many|numerous|multiple|various) occasions)(?=,? that\b)"
    r")\b(?! (?:of|than|as)\b)"
)
# The words, besides capitalised ones, with which `TIME` and `SHORT_VENUE` begin.
ASIDE_WORDS = word_set(
    """
    late early earlier later on in last this the again once time repeatedly here also further today yesterday
    himself herself itself themselves afterward afterwards recently
    publicly explicitly previously bluntly privately under over by for out off at during through via
    twice two three four five six ten several many numerous countless multiple just only with
    """
)
VENUE = re.compile(
    r"\s*,?\s*(?:in|during|at|on|via|through|to|after|before|following|upon|from|with|about|of|by(?! \w+ing\b)|for|"
    r"over)\s"
)
SHORT_VENUE = re.compile(
    r"\s*,?\s*(?:in|on|at|during|through|via) (?:an?|his|her|their|its|the|another) (?:(?!and\b)[\w-]+ ){0,4}?"
    r"(?:tweet|statement|interview|post|message|letter|speech|report|article|remarks|address|briefing|conference|note|"
    r"meeting|ceremony|comments|Twitter|sermon|communique|op-ed|thread|forum|session)\b"
    r"(?: (?:published|released|issued|posted|aired|broadcast)\b)?"
    r"(?: (?:to|with|at|on|in|by|of|for) (?:the )?(?:[A-Z][\w’'-]*)(?: [A-Z][\w’'-]*){0,4})?"
)
# The nouns of these: where none stands, no place is looked for.
VENUES = word_set(
    """
    tweet statement interview post message letter speech report article remarks address briefing conference note
    meeting ceremony comments twitter sermon communique op-ed thread forum session call
    """
)
# With these, in capitals, sentences begin into which a heading runs.
GLUED = word_set("On In At During After Speaking Addressing Meanwhile Earlier")
# "claims to have sunk": no place follows.
TO_DO = re.compile(
    r"\s(?:not )?to (?:be|have|know|own|represent|speak|hold|oppose|support|control|act|seek|want|fight|defend|protect|"
    r"possess|lead|see|hear|understand|remember|believe)\s"
)
THAT = re.compile(
    # What stands before is asked last, since searching for a blank is quicker.
    r"\sthat\b(?<!\b(?:on|at|in|of|to|by)\sthat)(?<!\bfor\sthat)(?<!\b(?:from|with)\sthat),?\s+"
)

# What issues from a body, and what it is called afterwards.
DOCUMENTS = word_set(
    """
    statement communique communiqué letter declaration report message release tweet post text note memorandum
    article editorial document study indictment ruling judgment petition telegram cable memo log audit email e-mail
    leaflet review appeal memoirs memoir minutes submission submissions
    """
)
ISSUE_VERBS = ("issued", "released", "published", "adopted", "signed", "sent", "wrote", "made")
ISSUING = re.compile(
    rf"\b(?:{'|'.join(ISSUE_VERBS)}) (?:an?|the|their|its|his|her) "
    r"(?:[\w-]+ ){0,3}?(statement|communique|communiqué|letter|declaration|report|message|release|note|"
    r"document|article|study)\b"
)
IN_DOCUMENT = re.compile(
    # A pattern that begins with a set of letters is searched for quickest; so the word's edge is asked afterwards.
    r"[Ii]n (?<=\b...)(?:an?|the|their|its|his|her|another) (?:[\w-]+ ){0,4}?"
    r"(statement|communique|communiqué|letter|declaration|report|message|release|tweet|post|note|document|"
    r"article|study)\b"
)
REMARKING = re.compile(
    r"\b(?:made|makes|making) (?:(?:remarks|comments) (?=at|in|during|on|after|to|when)|"
    r"(?:the|these|this|those|such) (?:\w+ )?(?:remarks?|comments?|statements?|"
    r"announcement|point)\b)"
)
# "according to" these, nobody speaks.
NOT_VOICES = re.compile(
    r"(?:the |an? |this |that |these |their |its |our |his |some |various |certain )*(?:[\w’'-]+ ){0,3}?"
    r"(?:which|whom|information|census|law|laws|agreement|agreements|plan|plans|schedule|estimates?|data|"
    r"figures?|rules?|constitution|"
    r"treaty|criteria|standards?|needs?|principles?|policy|contract|timetable|roadmap|calendar|article \d+|"
    r"resolution|directives?|decrees?|orders?|instructions?|warrants?|mandates?|provisions?|terms|deal|conditions?|procedures?|norms|it|you|me|us)\b",
    re.IGNORECASE,
)
# Words before the main clause of a sentence.
ADJUNCT = re.compile(
    r"\s*,?\s*(?:In|On|At|During|Speaking|Addressing|Referring|Pointing|Asked|Pressed|Questioned|Quizzed|Challenged|Prodded|Confronted|Consulted|Pushed|Elsewhere|Meanwhile|However|Also|"
    r"Upon|With|Under|Unlike|Amid|Despite|Throughout|Within|From|By|Since|Once|Last|"
    r"This (?:week|month|year|morning|time|summer|spring|autumn|winter)|Hours|Days|Minutes|Shortly|"
    r"Later|Earlier|Still|But|And|Separately|Commenting|Responding|Reacting|Criticizing|Touching|Citing|"
    r"Following|After|Before|"
    r"Furthermore|Moreover|In addition|Nevertheless|Then|Yet|So|Thus|Therefore|Finally|For example|"
    r"For instance|Instead|While|As|For (?:his|her|its|their) part)\b"
)
# What opens the first sentence of a report: "TEHRAN – ".
DATELINE = re.compile(
    r"(?:[A-Z][A-Za-z.’' ]{1,30}(?:,\s[A-Z]?[\w .]{1,20}){0,2}(?:\s\([^)]{1,24}\))?\.?\s?[–—-]+\s|\([^)]{1,20}\)\s)"
)
