"""Verbs by which English reports speech, and what follows each, as data."""

from __future__ import annotations


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
        appreciate
    """,
    VOW: "vow promise pledge threaten swear undertake",
    LOOSE: """
        want brush take pay come pour cast heap lavish push
        give
        add note call describe point recall appeal dub label brand cite regret lash hit speak quote echo
        talk pronounce characterize characterise boast complain object apologize apologise plead protest
    """,
    STRICT: """
        allege affirm reaffirm report maintain observe conclude write comment post respond reply answer continue
        estimate agree speculate testify signal indicate judge specify recount concur convey extend offer renew
        mention outline hint imply detail restate rule relay confide attest share record inquire enquire lay place
        issue rail inveigh submit hold
        charge allow consider calculate grumble counter retort venture intimate divulge posit profess rejoin
        sneer scoff preach teach gripe gloat rant shrug rage provide prescribe stipulate
    """,
    AS: "identify name evaluate assess compare liken depict portray rate defend refer attribute ascribe credit",
    COLOUR: """
        go laugh shout whisper cry exclaim yell mutter sigh begin interject wonder read chant put
        snap fume query murmur mumble growl bark bellow chuckle gasp groan grin hiss holler intone moan muse frown
        roar scream sob sniff snort stammer thunder wail boom gush enthuse bristle chime chip marvel
        reminisce vent crow coo croak grunt email text whoop rasp snarl smile
        drawl shriek scribble scrawl shoot fire
    """,
}
# Past forms that, where a main verb may stand, are hardly participles of a noun before them: "built", "set".
MAIN_FORM = (
    "said|told|went|left|made|took|wrote|met|spoke|came|gave|put|sent|kept|lost|won|saw|ran|paid|brought|drew|flew|"
    "sought|stood|sat|led|held|began|found|broke|chose|withdrew|rose|fell|grew|struck|cut|hit|shook|threw|caught|"
    "fought|spent|quit|became|fled|dealt"
)
# Past forms by which a clause is known. Those that are as often nouns or adjectives are left out, "bit" and "shot", or
# count only before an object or a preposition: "built a dam", not "the built heritage".
_PAST = word_set(
    """
    went took met left made sent gave held began came spoke told said wrote put set won lost heard knew felt thought
    grew rose fell threw caught taught bought shook spent understood saw ran paid brought kept drew flew struck sought
    stood sat led found broke chose cut withdrew sank shrank froze fled shut slept became sold meant drove
    ate hid rode sang swam wore tore swore blew dealt dug drank fought forgave forgot forbade got hung
    leapt overcame overtook sprang stole stuck swept swung undertook upheld wept woke wove clung crept strode
    """
)
PAST_FORM = "|".join(
    [
        *sorted(_PAST),
        r"(?:built|cost|fed|hit|hurt|lent|let|quit)"
        r"(?= (?:the|an?|its|his|her|their|him|it|them|up|out|off|down|for|in|on|at|to|from|[a-z]+s|[A-Z]\w*)\b)",
    ]
)
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
    "consider": ["considers", "considered"],
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
    "take": (("exception to", JUDGE),),
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
    "brush": (("aside", JUDGE),),
}
# Forms that are nouns as often: they report only with "that" or marks after them.
NOUNS = word_set(
    """
    remarks reports claims comments notes calls demands promises threats states orders requests answers points
    quotes posts appeals estimates highlights signals hints voices labels brands boasts jokes regrets invites
    commands command repeats echoes protests objects details protest hint boast object echo detail
    text texts emails email query smile smiles grin grins roar roars press presses challenge challenges petition
    petitions fault faults charge charges counsel counsels counters counter
    direct bark barks shot shots
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
    pour cast heap lavish push brush chime chip
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
    argument denial admission statement remark remarks
    """
)
# "in the words of", "by his account"
TELLING_WORDS = word_set("words account telling phrase reckoning opinion view")
# Every word at which a phrase of saying may stand.
CUE_FORMS = frozenset([*LEMMAS, "according", "made", "makes", "making", *HOLDING, *CLAIMING, *TELLING_WORDS])
# The signs that may follow it.
CUE_TAILS = frozenset(',|.|:|;|!|?|,”|.”|."|,"|)|”|…|—|–'.split("|"))  # noqa: SIM905
FRAMES = {verb: frame for frame, row in VERBS.items() for verb in row.split()}
# Words that are common and seldom report: the word that must follow them, so that most are passed over at once.
_AFTER_NOUN = word_set(
    "that for to by from made issued voiced repeated on earlier last this yesterday today is came was were has remains "
    "remained"
)
# Words that may stand between a verb and its particle, besides days and other adverbs.
BETWEEN_WORDS = word_set("on once again anew yesterday today also instead too in at this last publicly repeatedly")
MUST_FOLLOW: dict[str, frozenset[str]] = {
    **{
        form: BETWEEN_WORDS.union(particle.split()[0] for particle, _ in PARTICLES[verb])
        for verb in PARTICLE_ONLY - CLAIMING - {"go", "put", "place", "speak"}
        for form in [verb, *inflections(verb)]
    },
    **dict.fromkeys(CLAIMING - LEMMAS.keys(), _AFTER_NOUN),
    **dict.fromkeys(["provide", *inflections("provide")], frozenset({"that"})),
}
